//! Hands errors over to rustc: the script succeeds, and the crate does not compile. What is wrong
//! with an item that one of our macros expands is left for that macro, which puts it on the very
//! tokens (`ifc_syntax::handover`); all else is repeated by the dispatch file. So rustc and editors
//! show each error at its place, beside their own.

use std::collections::BTreeMap;
use std::path::Path;

use ifc_syntax::ATTRIBUTES;
use ifc_syntax::handover::{Left, Position};
use syn::spanned::Spanned;
use syn::{Attribute, ImplItem, Item};

use super::canonical;
use crate::Compilation;
use crate::diagnostics::{Diagnostic, Look, render};
use crate::hir::{CrateId, Program};
use crate::source::codes::SYNTAX;
use crate::source::{self, Positions, Source};
use crate::span::{FileId, Span};

/// The application's binary.
const BINARY: CrateId = CrateId(0);

/// Who says what.
pub(super) struct HandOver {
    /// For the macros.
    pub(super) left: Vec<Left>,
    /// For the dispatch file.
    pub(super) repeated: Vec<String>,
}

/// Divides the errors. None if nothing would stop the crate: its root does not include the dispatch
/// file, or cannot be read.
pub(super) fn divide(compilation: &Compilation, look: &Look, folder: &Path) -> Option<HandOver> {
    let program = &compilation.program;
    let expanded = Expanded::of(compilation);
    // The library is compiled first, and the binary not at all if that fails.
    let carrier = library(program).filter(|library| {
        let mut errors = compilation.errors();
        errors.any(|error| expanded.carries(*library, error))
    });
    if carrier.is_none() && !includes_dispatch(compilation) {
        return None;
    }
    let krate = carrier.unwrap_or(BINARY);
    let mut left = Vec::new();
    let mut repeated = Vec::new();
    for error in compilation.errors() {
        match expanded.carries(krate, error) {
            true => left.extend(leave(compilation, error, folder)),
            false => repeated.push(repeat(compilation, look, error)),
        }
    }
    if carrier.is_some()
        && let Some(first) = left.first().cloned()
    {
        let others = repeated.drain(..).map(|text| Left {
            text,
            ..first.clone()
        });
        left.extend(others);
    }
    Some(HandOver { left, repeated })
}

/// Whether the binary's root has `ifc_runtime::main!()`. rustc refuses a root that cannot be
/// parsed, unless it understands more than `syn` does.
fn includes_dispatch(compilation: &Compilation) -> bool {
    let binary = compilation.program.crates.first();
    if binary.is_some_and(|binary| binary.dispatches) {
        return true;
    }
    // The first file that is read is the root of the application's binary.
    let root = compilation.files.iter().next();
    root.is_some_and(|(id, root)| {
        let is_unparsable = compilation.errors().any(|error| {
            let place = error.primary.as_ref().map(|label| label.span.file);
            error.code == &SYNTAX && place == Some(id)
        });
        is_unparsable && root.text.contains("main!")
    })
}

/// The library of the application's own package.
fn library(program: &Program) -> Option<CrateId> {
    let package = &program.crates.first()?.package;
    let mut crates = program.crates.iter().enumerate().skip(1);
    crates
        .find(|(_, krate)| krate.package == *package)
        .map(|(at, _)| CrateId(at as u32))
}

fn leave(compilation: &Compilation, error: &Diagnostic, folder: &Path) -> Option<Left> {
    let label = error.primary.as_ref()?;
    let position = |offset: u32| -> Position {
        let start = offset;
        let at = compilation.files.location(Span {
            start,
            ..label.span
        });
        (at.line as usize, at.column as usize)
    };
    let others = error.labels.iter().map(|label| {
        let at = compilation.files.location(label.span);
        ("note", format!("{at}: {}", label.text))
    });
    let notes = error.notes.iter().map(|note| ("note", note.clone()));
    let helps = error.helps.iter().map(|help| ("help", help.clone()));
    Some(Left {
        file: canonical(&folder.join(&compilation.files.get(label.span.file).path)),
        start: position(label.span.start),
        end: position(label.span.end),
        text: ifc_syntax::errors::text(
            &error.message,
            &label.text,
            others.chain(notes).chain(helps),
            (error.code.number, error.code.name),
        ),
    })
}

/// The whole picture as text, since rustc knows no place for it.
fn repeat(compilation: &Compilation, look: &Look, error: &Diagnostic) -> String {
    let text = render(look, &compilation.files, error);
    // rustc writes the word itself.
    let headline = format!("error[{}]: ", error.code.number);
    let text = text.strip_prefix(&headline).unwrap_or(&text);
    format!(
        "{text}\n  = note: {} ({})",
        error.code.number, error.code.name
    )
}

/// What our macros get to see.
struct Expanded {
    /// Items with our attributes.
    items: BTreeMap<FileId, Vec<Span>>,
    /// Crates of the application's package by the files that they consist of.
    crates: BTreeMap<FileId, Vec<CrateId>>,
}

impl Expanded {
    fn of(compilation: &Compilation) -> Expanded {
        let mut items: BTreeMap<FileId, Vec<Span>> = BTreeMap::new();
        for error in compilation.errors() {
            if let Some(label) = &error.primary {
                items.entry(label.span.file).or_default();
            }
        }
        let sources: Vec<Source> = items
            .keys()
            .map(|&file| Source {
                file,
                candidate: 0,
                text: compilation.files.get(file).text.clone(),
            })
            .collect();
        let read = source::parse(&sources.iter().collect::<Vec<_>>(), |_, tree, positions| {
            let mut found = Vec::new();
            items_with_attributes(&tree.items, &positions, &mut found);
            found
        });
        for (spans, found) in items.values_mut().zip(read) {
            *spans = found.unwrap_or_default();
        }
        Expanded {
            items,
            crates: crates(&compilation.program),
        }
    }

    fn carries(&self, krate: CrateId, error: &Diagnostic) -> bool {
        let Some(label) = &error.primary else {
            return false;
        };
        let of_file = |crates: &Vec<CrateId>| crates.contains(&krate);
        let inside = |span: &Span| span.start <= label.span.start && label.span.start < span.end;
        let file = label.span.file;
        self.crates.get(&file).is_some_and(of_file)
            && self
                .items
                .get(&file)
                .is_some_and(|items| items.iter().any(inside))
    }
}

fn crates(program: &Program) -> BTreeMap<FileId, Vec<CrateId>> {
    let own = |id: CrateId| {
        let package = |id: CrateId| program.crates.get(id.index()).map(|krate| &krate.package);
        package(id) == package(BINARY)
    };
    let functions = program.functions.iter().map(|one| (one.module, one.span));
    let types = program.types.iter().map(|one| (one.module, one.span));
    let globals = program.globals.iter().map(|one| (one.module, one.span));
    let impls = program.impls.iter().map(|one| (one.module, one.span));
    let mut crates: BTreeMap<FileId, Vec<CrateId>> = BTreeMap::new();
    for (module, span) in functions.chain(types).chain(globals).chain(impls) {
        let krate = program.modules[module.index()].krate;
        let list = crates.entry(span.file).or_default();
        if own(krate) && !list.contains(&krate) {
            list.push(krate);
        }
    }
    crates
}

/// Attributes under other names are not recognised: what is wrong there is repeated.
fn items_with_attributes(items: &[Item], positions: &Positions<'_>, found: &mut Vec<Span>) {
    for item in items {
        let (attributes, span) = match item {
            Item::Mod(item) => {
                let inside = item.content.as_ref().map_or(&[][..], |(_, items)| items);
                items_with_attributes(inside, positions, found);
                continue;
            }
            Item::Impl(item) => {
                for item in &item.items {
                    if let ImplItem::Fn(item) = item {
                        add(&item.attrs, item.span(), positions, found);
                    }
                }
                continue;
            }
            Item::Fn(item) => (&item.attrs, item.span()),
            Item::Static(item) => (&item.attrs, item.span()),
            Item::Struct(item) => (&item.attrs, item.span()),
            Item::Enum(item) => (&item.attrs, item.span()),
            _ => continue,
        };
        add(attributes, span, positions, found);
    }
}

fn add(
    attributes: &[Attribute],
    item: proc_macro2::Span,
    positions: &Positions<'_>,
    found: &mut Vec<Span>,
) {
    let expands = |attribute: &&Attribute| {
        ATTRIBUTES
            .iter()
            .any(|name| ifc_syntax::is(attribute, name))
            || attribute.path().is_ident("derive")
                && matches!(&attribute.meta, syn::Meta::List(list)
                if list.tokens.clone().into_iter().any(|token| {
                    matches!(token.to_string().as_str(), "Item" | "Event")
                }))
    };
    if let Some(first) = attributes.iter().find(expands) {
        let start = positions.span(first.pound_token.span);
        found.push(Span {
            end: positions.span(item).end,
            ..start
        });
    }
}
