//! The expressions that most arguments are: a literal, a name, a field of one, a call of a name
//! with such arguments. `syn` takes its time for any expression, and there is one in every
//! attribute.

use proc_macro2::{Delimiter, Group, TokenTree};
use syn::punctuated::Punctuated;
use syn::{Expr, ExprCall, ExprField, ExprLit, ExprPath, Ident, Lit, Member, Token, token};

/// The expression that some tokens are, as `syn` reads it. None says nothing: it may be another one.
pub fn expr(tokens: &[TokenTree]) -> Option<Expr> {
    match tokens {
        [TokenTree::Literal(literal)] => Some(Expr::Lit(ExprLit {
            attrs: Vec::new(),
            lit: Lit::new(literal.clone()),
        })),
        [TokenTree::Ident(name), TokenTree::Group(args)] => call(name, args),
        [TokenTree::Ident(name), fields @ ..] => {
            let mut expr = path(name)?;
            let (fields, rest) = fields.as_chunks::<2>();
            for field in fields {
                let [TokenTree::Punct(dot), TokenTree::Ident(name)] = field else {
                    return None;
                };
                if dot.as_char() != '.' || is_keyword(name) {
                    return None;
                }
                expr = Expr::Field(ExprField {
                    attrs: Vec::new(),
                    base: Box::new(expr),
                    dot_token: Token![.](dot.span()),
                    member: Member::Named(name.clone()),
                });
            }
            rest.is_empty().then_some(expr)
        }
        _ => None,
    }
}

/// Parts between commas; none if one of them is empty and not the last.
pub fn parts(tokens: &[TokenTree]) -> Option<Vec<&[TokenTree]>> {
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    let mut parts: Vec<&[TokenTree]> = tokens.split(is_comma).collect();
    parts.pop_if(|last| last.is_empty());
    parts.iter().all(|part| !part.is_empty()).then_some(parts)
}

fn call(name: &Ident, args: &Group) -> Option<Expr> {
    if args.delimiter() != Delimiter::Parenthesis {
        return None;
    }
    let tokens: Vec<TokenTree> = args.stream().into_iter().collect();
    let args_in_order = parts(&tokens)?.into_iter().map(expr);
    Some(Expr::Call(ExprCall {
        attrs: Vec::new(),
        func: Box::new(path(name)?),
        paren_token: token::Paren {
            span: args.delim_span(),
        },
        args: args_in_order.collect::<Option<Punctuated<Expr, Token![,]>>>()?,
    }))
}

fn path(name: &Ident) -> Option<Expr> {
    let path = || ExprPath {
        attrs: Vec::new(),
        qself: None,
        path: name.clone().into(),
    };
    (!is_keyword(name)).then(|| Expr::Path(path()))
}

/// Whether it may be something else than a name. Those that are only sometimes keywords are among
/// them: `syn` knows better.
fn is_keyword(name: &Ident) -> bool {
    const KEYWORDS: &[&str] = &[
        "Self", "_", "abstract", "as", "async", "auto", "await", "become", "box", "break",
        "builtin", "const", "continue", "crate", "default", "do", "dyn", "else", "enum", "extern",
        "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match",
        "mod", "move", "mut", "override", "priv", "pub", "raw", "ref", "return", "safe", "self",
        "static", "struct", "super", "trait", "true", "try", "type", "typeof", "union", "unsafe",
        "unsized", "use", "virtual", "where", "while", "yield",
    ];
    let text = name.to_string();
    KEYWORDS.binary_search(&text.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use std::mem::discriminant;

    use proc_macro2::TokenStream;
    use quote::ToTokens;

    use super::*;

    fn read(text: &str) -> Option<Expr> {
        let tokens: TokenStream = text.parse().expect("tokens");
        expr(&tokens.into_iter().collect::<Vec<_>>())
    }

    #[test]
    fn what_is_read_is_what_syn_reads() {
        for text in [
            "\"text\"",
            "r#\"raw\"#",
            "b\"bytes\"",
            "'c'",
            "7",
            "1.5",
            "0x7f_u8",
            "name",
            "r#type",
            "a.b",
            "a.b.c",
            "ORDERS",
            "http(POST, \"/orders\")",
            "schedule(\"rate(1 day)\",)",
            "f()",
            "f(a.b, g(1))",
        ] {
            let short = read(text).unwrap_or_else(|| panic!("{text}"));
            let whole: Expr = syn::parse_str(text).expect("an expression");
            assert_eq!(discriminant(&short), discriminant(&whole), "{text}");
            let spelled = |expr: &Expr| expr.to_token_stream().to_string().replace(" ,", "");
            assert_eq!(spelled(&short), spelled(&whole).replace(" ,", ""), "{text}");
        }
    }

    #[test]
    fn what_may_be_something_else_is_left() {
        for text in [
            "true", "self", "a.await", "a.0", "a.b()", "a.", "a b", "a::b", "a + b", "-1", "&a",
            "f(,)", "f(1,,2)", "f[1]", "f {}", "async", "return", "_", "", "a..b", "a.self",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn keywords_are_in_order() {
        // `syn` refuses each that is one everywhere.
        for word in ["abstract", "yield", "Self", "_", "dyn", "try"] {
            assert!(read(word).is_none(), "{word}");
        }
    }
}
