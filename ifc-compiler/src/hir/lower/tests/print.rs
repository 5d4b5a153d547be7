//! Bodies as short text, for tables of expectations.

use crate::hir::{Body, ExprId, ExprKind, FormatPiece, PatId, PatKind, Path, Stmt, TypeRef};

pub(super) fn body(body: &Body) -> String {
    expr(body, body.root)
}

fn list(body: &Body, ids: &[ExprId]) -> String {
    let texts: Vec<String> = ids.iter().map(|&id| expr(body, id)).collect();
    texts.join(" ")
}

fn opt(body: &Body, id: Option<ExprId>) -> String {
    id.map_or_else(|| "-".to_owned(), |id| expr(body, id))
}

fn expr(body: &Body, id: ExprId) -> String {
    let e = |id: &ExprId| expr(body, *id);
    match &body.expr(id).kind {
        ExprKind::Path(p) => path(p),
        ExprKind::Str(text) => format!("{text:?}"),
        ExprKind::Literal => "lit".to_owned(),
        ExprKind::Call { callee, args } => format!("(call {} {})", e(callee), list(body, args)),
        ExprKind::MethodCall {
            receiver,
            method,
            turbofish,
            args,
            ..
        } => {
            let fish: String = turbofish.iter().map(|t| format!("<{}>", ty(t))).collect();
            format!("({}.{method}{fish} {})", e(receiver), list(body, args))
        }
        ExprKind::Field { base, name } => format!("(field {} {name})", e(base)),
        ExprKind::Index { base, index } => format!("(index {} {})", e(base), e(index)),
        ExprKind::Struct {
            path: p,
            fields,
            rest,
        } => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, id)| format!("{name}:{}", e(id)))
                .collect();
            format!(
                "(struct {} {} ..{})",
                path(p),
                fields.join(" "),
                opt(body, *rest)
            )
        }
        ExprKind::Tuple(ids) => format!("(tuple {})", list(body, ids)),
        ExprKind::Array(ids) => format!("(array {})", list(body, ids)),
        ExprKind::Ref(id) | ExprKind::RefMut(id) => format!("&{}", e(id)),
        ExprKind::Deref(id) => format!("*{}", e(id)),
        ExprKind::Unary { value, .. } => format!("!{}", e(value)),
        ExprKind::Binary { op, left, right } => format!("({op} {} {})", e(left), e(right)),
        ExprKind::Assign { place, value } => format!("(= {} {})", e(place), e(value)),
        ExprKind::Cast { value, ty: t } => format!("(as {} {})", e(value), ty(t)),
        ExprKind::Block {
            stmts,
            tail,
            module,
        } => {
            let mut parts: Vec<String> = stmts.iter().map(|stmt| statement(body, stmt)).collect();
            parts.extend(tail.as_ref().map(e));
            let items = if module.is_some() { "items " } else { "" };
            format!("{{{items}{}}}", parts.join(" "))
        }
        ExprKind::Async(id) => format!("async{}", e(id)),
        ExprKind::Closure {
            params,
            body: value,
            is_async,
        } => {
            let params: Vec<String> = params
                .iter()
                .map(|(p, t)| match t {
                    Some(t) => format!("{}:{}", pat(body, *p), ty(t)),
                    None => pat(body, *p),
                })
                .collect();
            let word = if *is_async { "async" } else { "" };
            format!("{word}|{}|{}", params.join(" "), e(value))
        }
        ExprKind::If {
            condition,
            then,
            otherwise,
        } => format!(
            "(if {} {} {})",
            e(condition),
            e(then),
            opt(body, *otherwise)
        ),
        ExprKind::Let { pat: p, value } => format!("(let {} {})", pat(body, *p), e(value)),
        ExprKind::Match { scrutinee, arms } => {
            let arms: Vec<String> = arms
                .iter()
                .map(|arm| {
                    let guard = arm
                        .guard
                        .map_or_else(String::new, |id| format!(" if {}", e(&id)));
                    format!("[{}{guard} => {}]", pat(body, arm.pat), e(&arm.body))
                })
                .collect();
            format!("(match {} {})", e(scrutinee), arms.join(" "))
        }
        ExprKind::Loop { condition, body: b } => {
            format!("(loop {} {})", opt(body, *condition), e(b))
        }
        ExprKind::For {
            pat: p,
            iter,
            body: b,
        } => {
            format!("(for {} {} {})", pat(body, *p), e(iter), e(b))
        }
        ExprKind::Return(id) => format!("(return {})", opt(body, *id)),
        ExprKind::Break(id) => format!("(break {})", opt(body, *id)),
        ExprKind::Continue => "continue".to_owned(),
        ExprKind::Await(id) => format!("{}.await", e(id)),
        ExprKind::Try(id) => format!("{}?", e(id)),
        ExprKind::Range(ids) => format!("(range {})", list(body, ids)),
        ExprKind::Format { pieces } => {
            let pieces: Vec<String> = pieces
                .iter()
                .map(|piece| match piece {
                    FormatPiece::Text(text) => format!("{text:?}"),
                    FormatPiece::Hole(id) => e(id),
                    FormatPiece::Shaped(id) => format!("(shaped {})", e(id)),
                    FormatPiece::Argument(id) => format!("(argument {})", e(id)),
                })
                .collect();
            format!("(format {})", pieces.join(" "))
        }
        ExprKind::Join { futures, fallible } => {
            let name = if *fallible { "try_join" } else { "join" };
            format!("({name} {})", list(body, futures))
        }
        ExprKind::MacroCall { path: p, args } => format!("({}! {})", path(p), list(body, args)),
        ExprKind::OpaqueMacro { path: p, mentions } => {
            let mut mentions: Vec<String> = mentions.iter().map(path).collect();
            mentions.sort();
            format!("(opaque {}! {})", path(p), mentions.join(" "))
        }
    }
}

fn statement(body: &Body, stmt: &Stmt) -> String {
    match stmt {
        Stmt::Let {
            pat: p,
            ty: t,
            init,
            otherwise,
        } => {
            let t = t
                .as_ref()
                .map_or_else(String::new, |t| format!(":{}", ty(t)));
            let or = otherwise.map_or_else(String::new, |id| format!(" else {}", expr(body, id)));
            format!("let {}{t} = {}{or};", pat(body, *p), opt(body, *init))
        }
        Stmt::Expr(id) => format!("{};", expr(body, *id)),
    }
}

fn pats(body: &Body, ids: &[PatId], rest: Option<u32>) -> String {
    let mut texts: Vec<String> = ids.iter().map(|&id| pat(body, id)).collect();
    if let Some(at) = rest {
        texts.insert(at as usize, "..".to_owned());
    }
    texts.join(" ")
}

fn pat(body: &Body, id: PatId) -> String {
    match &body.pat(id).kind {
        // Where a macro is defined, without the place.
        PatKind::Bind { name, sub: None } if name.as_str().starts_with('\u{b7}') => {
            "\u{b7}".to_owned()
        }
        PatKind::Bind { name, sub: None } => name.to_string(),
        PatKind::Bind {
            name,
            sub: Some(sub),
        } => format!("{name}@{}", pat(body, *sub)),
        PatKind::Wild => "_".to_owned(),
        PatKind::Tuple { pats: ids, rest } => format!("({})", pats(body, ids, *rest)),
        PatKind::Struct { path: p, fields } => {
            let fields: Vec<String> = fields
                .iter()
                .map(|(name, id)| format!("{name}:{}", pat(body, *id)))
                .collect();
            format!("{}{{{}}}", path(p), fields.join(" "))
        }
        PatKind::TupleStruct {
            path: p,
            pats: ids,
            rest,
        } => {
            format!("{}({})", path(p), pats(body, ids, *rest))
        }
        PatKind::Path(p) => path(p),
        PatKind::Ref(id) => format!("&{}", pat(body, *id)),
        PatKind::Slice(ids) => format!("[{}]", pats(body, ids, None)),
        PatKind::Or(ids) => {
            let texts: Vec<String> = ids.iter().map(|&id| pat(body, id)).collect();
            texts.join("|")
        }
        PatKind::Typed(id, t) => format!("{}:{}", pat(body, *id), ty(t)),
    }
}

fn path(p: &Path) -> String {
    let mut text = String::new();
    if let Some(qself) = &p.qself {
        let of = qself
            .trait_path
            .as_ref()
            .map_or_else(String::new, |p| format!(" as {}", path(p)));
        text.push_str(&format!("<{}{of}>::", ty(&qself.ty)));
    }
    if p.absolute {
        text.push_str("::");
    }
    let segments: Vec<String> = p
        .segments
        .iter()
        .map(|segment| {
            let mut args: Vec<String> = segment.args().iter().map(ty).collect();
            args.extend(
                segment
                    .bindings()
                    .iter()
                    .map(|(name, t)| format!("{name}={}", ty(t))),
            );
            if args.is_empty() {
                segment.name.to_string()
            } else {
                format!("{}<{}>", segment.name, args.join(","))
            }
        })
        .collect();
    text + &segments.join("::")
}

pub(super) fn ty(t: &TypeRef) -> String {
    let all = |types: &[TypeRef]| types.iter().map(ty).collect::<Vec<_>>().join(",");
    let bounds = |bounds: &[crate::hir::Bound]| {
        bounds
            .iter()
            .map(|bound| path(&bound.path))
            .collect::<Vec<_>>()
            .join("+")
    };
    match t {
        TypeRef::Path(p) => path(p),
        TypeRef::Ref(t) => format!("&{}", ty(t)),
        TypeRef::Tuple(types) => format!("({})", all(types)),
        TypeRef::Slice(t) => format!("[{}]", ty(t)),
        TypeRef::Array(array) => format!("[{}]", ty(&array.0)),
        TypeRef::Fn(params, ret) => format!("fn({})->{}", all(params), ty(ret)),
        TypeRef::Dyn(b) => format!("dyn {}", bounds(b)),
        TypeRef::Impl(b) => format!("impl {}", bounds(b)),
        TypeRef::Never => "!".to_owned(),
        TypeRef::Infer => "_".to_owned(),
        TypeRef::Unknown => "?".to_owned(),
    }
}
