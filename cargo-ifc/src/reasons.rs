//! Why a permission is needed: the calls that lead to each operation, shown in the source.

use ifc_compiler::catalog::manifest::{Permission, Why};
use ifc_compiler::diagnostics::{Label, Look, render_note};
use ifc_compiler::span::{Files, Span};

/// One snippet for each place that needs a permission.
pub(crate) fn snippets(
    look: &Look,
    files: &Files,
    title: &str,
    permission: &Permission,
) -> Vec<String> {
    permission
        .why
        .iter()
        .map(|why| render_note(look, files, title, &labels(files, why)))
        .collect()
}

/// A label for each call, the operation last.
fn labels(files: &Files, why: &Why) -> Vec<Label> {
    let mut labels = Vec::new();
    for pair in why.path.windows(2) {
        if let Some(span) = locate(files, &pair[0].span) {
            let text = format!("`{}` calls `{}`", pair[0].function, pair[1].function);
            labels.push(Label { span, text });
        }
    }
    if let Some(span) = locate(files, &why.span) {
        let text = format!("`{}` does it here", why.function);
        labels.push(Label { span, text });
    }
    labels
}

/// The path or method call that begins at `src/store.rs:22:5`.
pub(crate) fn locate(files: &Files, place: &str) -> Option<Span> {
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line: usize = parts.next()?.parse().ok()?;
    let path = parts.next()?;
    let (id, file) = files.iter().find(|(_, file)| file.path == path)?;
    let before = line.checked_sub(1)?;
    let line_start: usize = file
        .text
        .split_inclusive('\n')
        .take(before)
        .map(str::len)
        .sum();
    let rest = file.text.get(line_start..)?;
    let indent: usize = rest
        .chars()
        .take(column.checked_sub(1)?)
        .map(char::len_utf8)
        .sum();
    let start = line_start + indent;
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '#');
    let length = file.text.get(start..)?.find(|c| !is_part(c));
    let end = length.map_or(file.text.len(), |length| start + length);
    Some(Span {
        file: id,
        start: u32::try_from(start).ok()?,
        end: u32::try_from(end).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_become_spans() {
        let mut files = Files::default();
        let text = "// \u{e4}\nfn f() {\n    \u{e4}; store::ORDERS.put(x)\n}\n";
        files.add("src/main.rs".into(), text.into());
        let span = locate(&files, "src/main.rs:3:8").expect("it is there");
        let marked = &text[span.start as usize..span.end as usize];
        assert_eq!(marked, "store::ORDERS.put");
        assert_eq!(locate(&files, "src/other.rs:3:8"), None);
        assert_eq!(locate(&files, "src/main.rs:0:0"), None);
        assert_eq!(locate(&files, "nonsense"), None);
    }
}
