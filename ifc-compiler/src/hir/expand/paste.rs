//! `paste!`, which `macro_rules!` make names with: `[<get_ $name:snake>]`.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use super::plain;

/// Groups in groups beyond which nothing is pasted.
const DEPTH: u32 = 256;

/// The tokens with all names put together. None if something in them cannot be read.
pub(crate) fn paste(tokens: TokenStream) -> Option<TokenStream> {
    pasted(tokens, 0)
}

fn pasted(tokens: TokenStream, depth: u32) -> Option<TokenStream> {
    if depth > DEPTH {
        return None;
    }
    let mut out = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = token else {
            out.push(token);
            continue;
        };
        if let Some(segments) = segments(&group) {
            out.extend(name(segments)?);
            continue;
        }
        let is_attribute = matches!(out.last(), Some(TokenTree::Punct(p)) if p.as_char() == '#');
        let stream = match is_attribute && is_doc(&group) {
            true => documentation(),
            false => pasted(group.stream(), depth + 1)?,
        };
        let mut whole = Group::new(group.delimiter(), stream);
        whole.set_span(group.span());
        out.push(TokenTree::Group(whole));
    }
    Some(out.into_iter().collect())
}

/// What stands between `[<` and `>]`.
fn segments(group: &Group) -> Option<Vec<TokenTree>> {
    if group.delimiter() != Delimiter::Bracket {
        return None;
    }
    let mut tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is = |token: Option<&TokenTree>, c| matches!(token, Some(TokenTree::Punct(p)) if p.as_char() == c);
    if tokens.len() < 3 || !is(tokens.first(), '<') || !is(tokens.last(), '>') {
        return None;
    }
    tokens.pop();
    tokens.remove(0);
    Some(tokens)
}

/// An identifier or lifetime of these segments.
fn name(segments: Vec<TokenTree>) -> Option<Vec<TokenTree>> {
    let mut span = None;
    let mut parts: Vec<String> = Vec::new();
    let mut is_lifetime = false;
    let mut tokens = flat(segments).into_iter();
    while let Some(token) = tokens.next() {
        span = span.or(Some(token.span()));
        match token {
            TokenTree::Ident(ident) => {
                let text = ident.to_string();
                let text = text.strip_prefix("r#").unwrap_or(&text);
                parts.push(plain(text).to_owned());
            }
            TokenTree::Literal(literal) => parts.push(text_of(&literal)?),
            TokenTree::Punct(punct) if punct.as_char() == '\'' && parts.is_empty() => {
                is_lifetime = true;
            }
            TokenTree::Punct(punct) if punct.as_char() == ':' => {
                let Some(TokenTree::Ident(style)) = tokens.next() else {
                    return None;
                };
                let last = parts.last_mut()?;
                *last = styled(last, plain(&style.to_string()))?;
            }
            _ => return None,
        }
    }
    let mut parsed = parts.concat().parse::<TokenStream>().ok()?.into_iter();
    let (Some(TokenTree::Ident(mut ident)), None) = (parsed.next(), parsed.next()) else {
        return None;
    };
    ident.set_span(span.unwrap_or_else(Span::call_site));
    let ident = TokenTree::Ident(ident);
    Some(match is_lifetime {
        true => vec![TokenTree::Punct(Punct::new('\'', Spacing::Joint)), ident],
        false => vec![ident],
    })
}

/// Without the groups around what a `macro_rules!` has matched.
fn flat(tokens: Vec<TokenTree>) -> Vec<TokenTree> {
    let mut found = Vec::with_capacity(tokens.len());
    let mut open = tokens;
    open.reverse();
    while let Some(token) = open.pop() {
        match token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
                let mut inner: Vec<TokenTree> = group.stream().into_iter().collect();
                inner.reverse();
                open.append(&mut inner);
            }
            token => found.push(token),
        }
    }
    found
}

/// The letters of a literal, without quotes and suffix.
fn text_of(literal: &Literal) -> Option<String> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value().replace('-', "_")),
        syn::Lit::Char(one) => Some(one.value().to_string()),
        syn::Lit::Int(number) => Some(number.base10_digits().to_owned()),
        _ => None,
    }
}

fn styled(text: &str, style: &str) -> Option<String> {
    Some(match style {
        "lower" => text.to_lowercase(),
        "upper" => text.to_uppercase(),
        "snake" => {
            let mut out = String::new();
            let mut before = '_';
            for c in text.chars() {
                if c.is_uppercase() && before != '_' {
                    out.push('_');
                }
                out.push(c);
                before = c;
            }
            out.to_lowercase()
        }
        "camel" => {
            let mut out = String::new();
            let mut before = '_';
            for c in text.chars() {
                match (c, before) {
                    ('_', _) => {}
                    (c, '_') => out.extend(c.to_uppercase()),
                    (c, before) if before.is_uppercase() => out.extend(c.to_lowercase()),
                    (c, _) => out.push(c),
                }
                before = c;
            }
            out
        }
        _ => return None,
    })
}

/// `#[doc = "The " $name]`, of which nobody reads the text.
fn is_doc(group: &Group) -> bool {
    let mut tokens = group.stream().into_iter();
    matches!(tokens.next(), Some(TokenTree::Ident(ident)) if ident == "doc")
        && matches!(tokens.next(), Some(TokenTree::Punct(punct)) if punct.as_char() == '=')
}

fn documentation() -> TokenStream {
    let equals = TokenTree::Punct(Punct::new('=', Spacing::Alone));
    let doc = TokenTree::Ident(Ident::new("doc", Span::call_site()));
    [doc, equals, TokenTree::Literal(Literal::string(""))]
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::paste;

    fn check(input: &str, expected: &str) {
        let close = |tokens: proc_macro2::TokenStream| tokens.to_string().replace(' ', "");
        let pasted = paste(input.parse().unwrap()).map(close);
        assert_eq!(pasted, Some(close(expected.parse().unwrap())));
    }

    #[test]
    fn names_are_put_together() {
        check("fn [<go _now>]() {}", "fn go_now() {}");
        check("struct [<Get User 2>];", "struct GetUser2;");
        check("[<set_ HTTPCode:snake>]()", "set_h_t_t_p_code()");
        check("[<send_order:camel Job>]::new()", "SendOrderJob::new()");
        check("[<max:upper _ \"size\">]", "MAX_size");
        check(
            "fn f<[<'a b>]>() { vec![1, [2]]; }",
            "fn f<'ab>() { vec![1, [2]]; }",
        );
        check(
            "#[doc = \"The \" stringify!(a)] fn f() {}",
            "#[doc = \"\"] fn f() {}",
        );
    }

    #[test]
    fn what_is_no_name_is_not_read() {
        for input in [
            "[<1 a>]",
            "[<a + b>]",
            "[<a:strange>]",
            "[<a \"²\">]",
            "[<\"a b\">]",
        ] {
            assert!(paste(input.parse().unwrap()).is_none(), "{input}");
        }
    }
}
