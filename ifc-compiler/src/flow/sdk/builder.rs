//! Requests while they are made: setting a member gives a request that has it, and sending says
//! which members it has in the end.

use super::{How, SdkProblem, Site, SiteId};
use crate::flow::Flow;
use crate::flow::engine::Cx;
use crate::flow::eval::Site as Place;
use crate::flow::ty::Wrap;
use crate::flow::value::{Members, Val, ValKind};
use crate::hir::ExprKind;
use crate::symbol::Symbol;

impl<'p> Flow<'p> {
    /// A method of a request or of a part of one, which is the first argument.
    pub(in crate::flow) fn request_method(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        id: SiteId,
        members: &Members,
        args: &[Val],
        method: Symbol,
    ) -> Val {
        let name = method.as_str();
        if name == "send_with" {
            return self.send_with(cx, site, id, members, args);
        }
        for &arg in &args[1..] {
            if !matches!(
                self.vals.kind(arg),
                ValKind::Request(..) | ValKind::Text(_) | ValKind::Typed(_)
            ) {
                self.give_away(cx, site.span, arg, name);
            }
        }
        if is_terminal(name) {
            return self.sent(cx, id, args[0]);
        }
        let guessed = matches!(
            self.sdk.site(id),
            Site::Call {
                how: How::Guessed | How::Ambiguous,
                ..
            }
        );
        if let Site::Call {
            how: How::Companion,
            ..
        } = self.sdk.site(id)
        {
            return self.companion_member(cx, id, members, args, method);
        }
        match args {
            [_] if self.known.is_identity(method) || is_step(name) => args[0],
            [_] if guessed => Val::UNKNOWN,
            [_] => match name.strip_prefix("get_") {
                Some(member) => {
                    let val = member_of(members, member).unwrap_or(Val::EMPTY);
                    self.vals.wrap(&mut self.tys, Wrap::Option, &[val])
                }
                None => member_of(members, name).unwrap_or(Val::UNKNOWN),
            },
            [_, value] => match name.strip_prefix("set_") {
                Some(member) => {
                    let content = self.content(*value);
                    let always = self.is_some(cx, site);
                    self.with_member(id, members, Symbol::new(member), content, always)
                }
                None => self.with_member(id, members, method, *value, true),
            },
            [_, key, value, ..] => {
                let entry = self.vals.wrap(&mut self.tys, Wrap::Map, &[*key, *value]);
                self.with_member(id, members, method, entry, true)
            }
            [] => Val::UNKNOWN,
        }
    }

    /// What is set on something that calls AWS itself counts as soon as it is set.
    fn companion_member(
        &mut self,
        cx: Cx,
        id: SiteId,
        members: &Members,
        args: &[Val],
        method: Symbol,
    ) -> Val {
        match args {
            [_, value] => {
                let request = self.with_member(id, members, method, *value, true);
                self.unit_mut(cx.unit).effects.sent.push(request);
                request
            }
            [request] if self.known.is_identity(method) => *request,
            _ => self.opaque(self.known.opaque),
        }
    }

    /// The same request with a member more.
    pub(in crate::flow) fn with_member(
        &mut self,
        id: SiteId,
        members: &Members,
        name: Symbol,
        value: Val,
        always: bool,
    ) -> Val {
        let value = match value {
            Val::BOTTOM | Val::EMPTY => {
                return self.vals.add(ValKind::Request(id, members.clone()));
            }
            value => value,
        };
        let mut members = members.to_vec();
        match members.iter_mut().find(|member| member.0 == name) {
            Some(member) => {
                member.1 = self.vals.join(&mut self.tys, member.1, value);
                member.2 |= always;
            }
            None => {
                members.push((name, value, always));
                members.sort_by_key(|member| member.0.number());
            }
        }
        self.vals.add(ValKind::Request(id, members.into()))
    }

    /// Whether the argument of a call is written `Some(..)`.
    fn is_some(&self, cx: Cx, site: Place<'_>) -> bool {
        let body = self.unit(cx.unit).body;
        let Some(&source) = site.sources.get(1) else {
            return false;
        };
        let ExprKind::Call { callee, .. } = &body.expr(source).kind else {
            return false;
        };
        matches!(&body.expr(*callee).kind, ExprKind::Path(path)
            if path.segments.last().is_some_and(|segment| segment.name.as_str() == "Some"))
    }

    /// A request leaves the program.
    fn sent(&mut self, cx: Cx, id: SiteId, request: Val) -> Val {
        let Site::Call { service, how, .. } = *self.sdk.site(id) else {
            return Val::UNKNOWN;
        };
        match how {
            How::Typed | How::OtherCredentials | How::Companion => {}
            How::Guessed => self.unit_mut(cx.unit).effects.calls_sdk.push(id),
            How::Ambiguous => self.ambiguous(cx, id),
        }
        self.unit_mut(cx.unit).effects.sent.push(request);
        self.sdk_output(service)
    }

    fn ambiguous(&mut self, cx: Cx, id: SiteId) {
        let Site::Call {
            span, operation, ..
        } = *self.sdk.site(id)
        else {
            return;
        };
        let problem = SdkProblem::AmbiguousSdkCall {
            method: operation,
            services: self.sdk.linked_with(operation),
        };
        self.problem(cx, span, problem);
    }

    /// `PutItemInput::builder()..send_with(&client)`: here the operation is called.
    fn send_with(
        &mut self,
        cx: Cx,
        site: Place<'_>,
        id: SiteId,
        members: &Members,
        args: &[Val],
    ) -> Val {
        let Site::Part(path) = *self.sdk.site(id) else {
            return self.sent(cx, id, args[0]);
        };
        let Some((service, operation)) = input_of(path.as_str()) else {
            return Val::UNKNOWN;
        };
        let service = Symbol::new(&service);
        let client = args.get(1).copied().unwrap_or(Val::UNKNOWN);
        let ty = self.type_of(client);
        let how = self.client_of(ty).map_or(How::Typed, |(_, how)| how);
        match self.operation_named(service, &operation) {
            Some(operation) => {
                let begun = self.begin(cx, site, service, operation, how);
                if let ValKind::Request(id, _) = *self.vals.kind(begun) {
                    let whole = self.vals.add(ValKind::Request(id, members.clone()));
                    self.unit_mut(cx.unit).effects.sent.push(whole);
                }
            }
            None => {
                let problem = SdkProblem::UnknownSdkOperation {
                    service,
                    method: Symbol::new(&operation),
                    known: ifc_catalog::sdk::service_exists(service.as_str()),
                };
                self.problem(cx, site.span, problem);
            }
        }
        self.sdk_output(service)
    }

    fn operation_named(&mut self, service: Symbol, name: &str) -> Option<Symbol> {
        self.sdk.operation(service, Symbol::new(name))
    }

    /// `PutItemInput::builder()`, `Put::builder()`, `PutItemInputBuilder::default()`: by the path of
    /// the function, a part of a request without members.
    pub(in crate::flow) fn new_part(&mut self, path: Symbol, args: &[Val]) -> Option<Val> {
        let (parent, name) = path.as_str().rsplit_once("::")?;
        if !args.is_empty() || !matches!(name, "builder" | "default" | "new") {
            return None;
        }
        let (krate, rest) = super::sdk_path(parent)?;
        if !(["types::", "operation::", "model::", "input::"]
            .iter()
            .any(|module| rest.starts_with(module)))
        {
            return None;
        }
        let id = self
            .sdk
            .add(Site::Part(Symbol::new(&format!("aws_sdk_{krate}::{rest}"))));
        Some(self.vals.add(ValKind::Request(id, Box::new([]))))
    }

    /// A request goes where it is not followed: it may get any members there.
    pub(in crate::flow) fn lose_request(&mut self, cx: Cx, id: SiteId) {
        if let Site::Call { .. } = self.sdk.site(id) {
            self.unit_mut(cx.unit).effects.lost_requests.push(id);
        }
    }
}

fn member_of(members: &Members, name: &str) -> Option<Val> {
    members
        .iter()
        .find(|member| member.0.as_str() == name)
        .map(|member| member.1)
}

/// Methods with which a request goes out, or is made ready to.
fn is_terminal(name: &str) -> bool {
    matches!(
        name,
        "send" | "into_paginator" | "presigned" | "customize" | "wait" | "send_with_plugins"
    )
}

/// Methods that lead from a builder to what it builds, and back.
fn is_step(name: &str) -> bool {
    matches!(name, "build" | "as_input" | "into_builder" | "to_builder")
}

/// The service and operation of an input's path: `aws_sdk_s3::operation::get_object::..`.
fn input_of(path: &str) -> Option<(String, String)> {
    let (krate, rest) = super::sdk_path(path)?;
    let operation = rest.strip_prefix("operation::")?.split("::").next()?;
    Some((krate.replace('_', ""), operation.to_owned()))
}
