//! A program without handlers, as an application of one function: what its code does to resources
//! through their handles.

use std::collections::BTreeMap;

use ifc_catalog::model::{Application, Existing, Function, Resource};

use super::paths::Reached;
use super::types::{self, Resources};
use super::{Lookup, grants, handle_uses};
use crate::diagnostics::Diagnostics;
use crate::hir::{FnId, Program};
use crate::resolve::Names;

/// The resources that programs share.
pub(crate) struct Shared<'a> {
    program: &'a Program,
    names: &'a Names,
    resources: Resources,
}

impl<'a> Shared<'a> {
    /// Statics of types that are no handles of the runtime are somebody else's.
    pub(crate) fn new(program: &'a Program, names: &'a Names) -> Self {
        let resources = types::resources(program, names, &mut Diagnostics::default());
        Shared {
            program,
            names,
            resources,
        }
    }

    /// What a program does through handles. Its raw calls are left out.
    pub(crate) fn application(
        &self,
        name: &str,
        main: FnId,
        found: Reached<'_>,
        diagnostics: &mut Diagnostics,
    ) -> Application {
        let lookup = Lookup {
            program: self.program,
            names: self.names,
            resources: &self.resources.list,
            payloads: &self.resources.payloads,
            positions: &self.resources.positions,
        };
        let grants = grants::resolve(&lookup, &found.granting, diagnostics);
        let function = Function {
            name: name.to_owned(),
            handler: String::new(),
            span: self.program.functions[main.index()].name_span,
            options: Vec::new(),
            triggers: Vec::new(),
            uses: handle_uses(&lookup, found),
            calls: Vec::new(),
            grants,
            allows: Vec::new(),
        };
        Application {
            package: name.to_owned(),
            metadata: serde_json::Value::Null,
            functions: vec![function],
            resources: self.resources.list.clone(),
        }
    }

    /// The ARN of each resource by the name that policies have for it: `table:ORDERS`. What only the
    /// deployment knows is what the resource's environment variable holds.
    pub(crate) fn arns(&self) -> BTreeMap<String, String> {
        let arn = |resource: &Resource| match &resource.existing {
            Some(Existing::Arn(arn)) => arn.clone(),
            _ => format!("{}${{env:IFC_{}}}", resource.kind.arn, resource.name),
        };
        let name = |resource: &Resource| format!("{}:{}", resource.kind.name, resource.name);
        let resources = self.resources.list.iter();
        resources.map(|one| (name(one), arn(one))).collect()
    }
}
