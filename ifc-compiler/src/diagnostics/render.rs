//! Turns diagnostics into text in the look of rustc. Both the build-script entry and the command
//! line print what this returns.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Label, Severity};
use crate::load::join;
use crate::span::{File, FileId, Files, Span};

/// How to render.
#[derive(Clone, Debug)]
pub struct Look {
    renderer: Renderer,
    base: String,
}

impl Look {
    /// Without colours. `base` is the folder of the application as seen from where the reader is,
    /// so that paths can be clicked on.
    pub fn plain(base: impl Into<String>) -> Self {
        Look {
            renderer: Renderer::plain(),
            base: base.into(),
        }
    }

    /// With ANSI colours.
    pub fn styled(base: impl Into<String>) -> Self {
        Look {
            renderer: Renderer::styled(),
            base: base.into(),
        }
    }

    /// Path of a file as seen from where the reader is.
    pub fn path(&self, file: &File) -> String {
        join(&self.base, &file.path)
    }
}

/// One diagnostic as rustc would show it.
pub fn render(look: &Look, files: &Files, diagnostic: &Diagnostic) -> String {
    let title = level(diagnostic.severity)
        .primary_title(&*diagnostic.message)
        .id(diagnostic.code.number);
    let labels = diagnostic
        .primary
        .iter()
        .map(|label| (AnnotationKind::Primary, label))
        .chain(
            diagnostic
                .labels
                .iter()
                .map(|label| (AnnotationKind::Context, label)),
        );
    let mut group = Group::with_title(title).elements(snippets(look, files, labels));
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(&**note));
    }
    for help in &diagnostic.helps {
        group = group.element(Level::HELP.message(&**help));
    }
    look.renderer.render(&[group])
}

/// A note with marked places: how `cargo ifc why` shows a call path.
pub fn render_note(look: &Look, files: &Files, title: &str, labels: &[Label]) -> String {
    let labels = labels.iter().enumerate().map(|(at, label)| {
        let kind = match at {
            0 => AnnotationKind::Primary,
            _ => AnnotationKind::Context,
        };
        (kind, label)
    });
    let group =
        Group::with_title(Level::NOTE.primary_title(title)).elements(snippets(look, files, labels));
    look.renderer.render(&[group])
}

/// One line, for places that allow no more: `src/main.rs:4:22: batch size is out of range`.
pub fn render_line(look: &Look, files: &Files, diagnostic: &Diagnostic) -> String {
    let place = diagnostic.primary.as_ref().map(|label| {
        let at = files.location(label.span);
        let path = join(&look.base, &at.path);
        format!("{path}:{}:{}: ", at.line, at.column)
    });
    let help = diagnostic.helps.first().map(|help| format!("; {help}"));
    format!(
        "{}{} [{}]{}",
        place.unwrap_or_default(),
        diagnostic.message,
        diagnostic.code.number,
        help.unwrap_or_default()
    )
    .replace('\n', " ")
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    }
}

/// A snippet for each file, the first label's file first.
fn snippets<'a>(
    look: &Look,
    files: &'a Files,
    labels: impl Iterator<Item = (AnnotationKind, &'a Label)>,
) -> Vec<Snippet<'a, Annotation<'a>>> {
    let mut order: Vec<FileId> = Vec::new();
    let mut by_file: BTreeMap<FileId, Vec<(AnnotationKind, &Label)>> = BTreeMap::new();
    for (kind, label) in labels {
        let file = label.span.file;
        if !order.contains(&file) {
            order.push(file);
        }
        by_file.entry(file).or_default().push((kind, label));
    }
    order
        .iter()
        .filter_map(|id| Some((*id, by_file.remove(id)?)))
        .map(|(id, labels)| {
            let file = files.get(id);
            let excerpt = Excerpt::around(file, labels.iter().map(|(_, label)| label.span));
            let annotations = labels.into_iter().map(|(kind, label)| {
                let annotation = kind.span(excerpt.range(file, label.span));
                match label.text.is_empty() {
                    true => annotation,
                    false => annotation.label(&*label.text),
                }
            });
            Snippet::source(excerpt.text)
                .path(look.path(file))
                .line_start(excerpt.first_line)
                .annotations(annotations)
        })
        .collect()
}

/// The lines that matter: a file may be megabytes long.
struct Excerpt<'a> {
    text: &'a str,
    start: usize,
    first_line: usize,
}

impl<'a> Excerpt<'a> {
    fn around(file: &'a File, spans: impl Iterator<Item = Span>) -> Self {
        let text = &*file.text;
        let (mut start, mut end) = (text.len(), 0);
        for span in spans {
            let range = within(text, span);
            start = start.min(range.start);
            end = end.max(range.end);
        }
        let start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[end.max(start)..]
            .find('\n')
            .map_or(text.len(), |at| end.max(start) + at);
        let excerpt = &text[start..end];
        Excerpt {
            text: excerpt,
            start,
            first_line: text[..start].matches('\n').count() + 1,
        }
    }

    fn range(&self, file: &File, span: Span) -> Range<usize> {
        let range = within(&file.text, span);
        let end = self.text.len();
        let at = |offset: usize| offset.saturating_sub(self.start).min(end);
        at(range.start)..at(range.end)
    }
}

/// A span's range, moved to the text's end and to character borders if it does not fit: a message
/// with a mark beside its place is better than none.
fn within(text: &str, span: Span) -> Range<usize> {
    let border = |offset: u32| text.floor_char_boundary(offset as usize);
    let start = border(span.start);
    start..border(span.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostics::Code;

    static SAMPLE: Code = Code {
        number: "IFC9999",
        name: "sample",
        severity: Severity::Error,
        page: "",
    };

    fn span_of(files: &Files, file: FileId, text: &str) -> Span {
        let start = files.get(file).text.find(text).expect("the test has it") as u32;
        Span {
            file,
            start,
            end: start + text.len() as u32,
        }
    }

    #[test]
    fn labels_in_two_files_notes_and_helps() {
        let mut files = Files::default();
        let main = files.add(
            "src/main.rs".into(),
            "// one\n\n#[on(ORDERS, batch = 20_000)]\nasync fn ship() {}\n".into(),
        );
        let core = files.add(
            "../core/src/lib.rs".into(),
            "pub static ORDERS: Queue<Order> = Queue::new();\n".into(),
        );
        let diagnostic = Diagnostic::new(
            &SAMPLE,
            span_of(&files, main, "20_000"),
            "batch size is out of range",
        )
        .label("20000 is more than 10000")
        .also(span_of(&files, core, "ORDERS"), "the queue")
        .note("https://docs.aws.amazon.com/")
        .help("use at most 10000");
        let text = render(&Look::plain("apps/orders"), &files, &diagnostic);
        assert_eq!(
            text,
            "\
error[IFC9999]: batch size is out of range
 --> apps/orders/src/main.rs:3:22
  |
3 | #[on(ORDERS, batch = 20_000)]
  |                      ^^^^^^ 20000 is more than 10000
  |
 ::: apps/core/src/lib.rs:1:12
  |
1 | pub static ORDERS: Queue<Order> = Queue::new();
  |            ------ the queue
  |
  = note: https://docs.aws.amazon.com/
  = help: use at most 10000"
        );
        assert_eq!(
            render_line(&Look::plain(""), &files, &diagnostic),
            "src/main.rs:3:22: batch size is out of range [IFC9999]; use at most 10000"
        );
    }

    #[test]
    fn spans_that_do_not_fit_are_moved() {
        let mut files = Files::default();
        let file = files.add("src/main.rs".into(), "fn \u{e4}() {}".into());
        for (start, end) in [(4, 99), (99, 3), (4, 4), (0, 0)] {
            let diagnostic = Diagnostic::new(&SAMPLE, Span { file, start, end }, "somewhere");
            assert!(render(&Look::plain(""), &files, &diagnostic).contains("src/main.rs:1:"));
        }
    }
}
