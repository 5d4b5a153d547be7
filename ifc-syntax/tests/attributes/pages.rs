//! Codes, and the pages that explain them.

use ifc_syntax::{Errors, event, handler, item, resource};

#[test]
fn codes_are_unique_sorted_and_explained() {
    let codes = ifc_syntax::errors::CODES;
    for pair in codes.windows(2) {
        assert!(pair[0].number < pair[1].number, "{}", pair[1].number);
    }
    for code in codes {
        assert_eq!(
            codes.iter().filter(|other| other.name == code.name).count(),
            1
        );
        for heading in ["## What", "## Why", "## Example", "## Instead"] {
            assert!(code.page.contains(heading), "{}", code.number);
        }
    }
}

/// All mistakes in a piece of a page.
fn codes_in(text: &str) -> Vec<&'static str> {
    // Some examples are an attribute alone.
    let file: syn::File = syn::parse_str(text)
        .or_else(|_| syn::parse_str(&format!("{text}\nasync fn f(x: T) {{}}")))
        .expect("the example parses");
    let mut errors = Errors::new();
    for item in &file.items {
        match item {
            syn::Item::Fn(item) => {
                handler::parse(&item.attrs, &item.sig, &mut errors);
            }
            syn::Item::Static(item) => {
                let attr = item
                    .attrs
                    .iter()
                    .find(|attr| ifc_syntax::is(attr, "resource"));
                resource::parse(attr.expect("`#[resource]`"), item, &mut errors);
            }
            other => {
                let tokens = quote::ToTokens::to_token_stream(other);
                let input: syn::DeriveInput = syn::parse2(tokens).expect("a type");
                if text.contains("derive(Item)") {
                    item::parse(&input, &mut errors);
                } else {
                    event::parse(&input, &mut errors);
                }
            }
        }
    }
    errors.iter().map(|error| error.code).collect()
}

#[test]
fn pages_show_the_mistake_and_how_to_mend_it() {
    for code in ifc_syntax::errors::CODES {
        let mut blocks = code.page.split("```rust\n").skip(1);
        let mut block = || {
            let rest = blocks.next().unwrap_or_default();
            rest.split("\n```").next().unwrap_or_default()
        };
        let (example, instead) = (block(), block());
        // An attribute without an item is shown on a static.
        let complete = |text: &str| match code.number {
            "IFC0202" | "IFC0203" => format!("{text} static T: Queue<Order> = Queue::new();"),
            _ => text.to_owned(),
        };
        assert_eq!(codes_in(&complete(example)), [code.number], "{example}");
        assert_eq!(codes_in(&complete(instead)), [""; 0], "{instead}");
    }
}
