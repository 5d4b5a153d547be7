//! Reads and parses files, all cores at work. Input: requests for files. Output: whatever the
//! caller makes of each syntax tree on the thread that parsed it (trees cannot change threads), so
//! that no tree outlives its file. Knows modules and `cfg`, nothing of resources.

pub mod cfg;
pub mod codes;
mod depth;
pub mod modules;
mod position;

use std::path::{Path, PathBuf};
use std::string::FromUtf8Error;
use std::sync::Arc;

use crate::diagnostics::{Diagnostic, Diagnostics};
use crate::parallel::{make_room_for_a_piece, map, map_largest_first};
use crate::span::{FileId, Files, Span};
use crate::world::World;

pub use depth::is_too_deep;
pub use position::Positions;

/// Larger files are not parsed: a source file of that size is generated data.
const MAX_BYTES: usize = 4 << 20;

/// Deeply nested source recurses in the parser, in the trees' destructors and in lowering; what
/// [`is_too_deep`] lets pass fits in this many bytes. Memory is only taken where it is used.
const STACK: usize = 512 << 20;

/// A file to be read: the first of the paths that exists.
#[derive(Clone, Debug)]
pub struct Request {
    /// Where it can be, absolute, with the path shown to people.
    pub candidates: Vec<(PathBuf, String)>,
    /// The declaration that asks for it; none for a crate root.
    pub declared: Option<Span>,
    /// Name of the module or target, for messages.
    pub name: String,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub struct Source {
    /// Its id.
    pub file: FileId,
    /// Which of the request's candidates it is.
    pub candidate: usize,
    /// The text, whole and of an acceptable size.
    pub text: Arc<str>,
}

/// Reads files in parallel and gives ids in the order of the requests. None where nothing can be
/// parsed; the reason is then among the diagnostics.
pub fn read(
    world: &World<'_>,
    requests: &[&Request],
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<Source>> {
    let contents: Vec<Contents> = match requests.len() {
        // A thread takes longer to start than a few files take to read.
        0..16 => requests
            .iter()
            .map(|one| read_candidates(world, one))
            .collect(),
        count => map(count, |at| read_candidates(world, requests[at])),
    };
    let results = requests.iter().zip(contents);
    results
        .map(|(request, contents)| accept(request, contents, files, diagnostics))
        .collect()
}

/// Parses each source and hands the tree to `with`. Results are in the order of the sources.
pub fn parse<T: Send>(
    sources: &[&Source],
    with: impl Fn(usize, &syn::File, Positions<'_>) -> T + Sync,
) -> Vec<Result<T, Box<Diagnostic>>> {
    let length = |at: usize| sources[at].text.len();
    map_largest_first(Some(STACK), sources.len(), length, |at| {
        make_room_for_a_piece();
        let result = parse_one(sources[at], |tree, positions| with(at, tree, positions));
        // Without this, each thread keeps a copy of every text it has parsed.
        proc_macro2::extra::invalidate_current_thread_spans();
        result
    })
}

fn parse_one<T>(
    source: &Source,
    with: impl FnOnce(&syn::File, Positions<'_>) -> T,
) -> Result<T, Box<Diagnostic>> {
    let (skip, text) = position::content(&source.text);
    if let Some(at) = is_too_deep(text) {
        let start = skip + at as u32;
        let span = Span {
            file: source.file,
            start,
            end: start + 1,
        };
        let diagnostic = Diagnostic::new(&codes::TOO_DEEP, span, "source is nested too deeply")
            .label("nesting goes too deep here")
            .help("split the expression, or move the code into functions or modules");
        return Err(Box::new(diagnostic));
    }
    let positions = Positions::new(source.file, text, skip);
    match syn::parse_str::<syn::File>(text) {
        Ok(tree) => Ok(with(&tree, positions)),
        Err(error) => {
            let span = positions.span(error.span());
            let diagnostic = Diagnostic::new(&codes::SYNTAX, span, "file cannot be parsed");
            let label = match error.to_string() {
                label if label == NO_TOKENS => {
                    "a bracket, quote or comment lacks its other end, or this is no token of Rust"
                        .to_owned()
                }
                label => label,
            };
            Err(Box::new(diagnostic.label(label)))
        }
    }
}

/// What is said of text that cannot even be cut into tokens, whatever is wrong with it.
const NO_TOKENS: &str = "cannot parse string into token stream";

struct Contents {
    found: Vec<(usize, Result<Arc<str>, Unfit>)>,
    error: Option<(usize, std::io::Error)>,
}

/// Why the bytes of a file are no text to parse.
enum Unfit {
    TooLarge(usize),
    NotUtf8(FromUtf8Error),
}

fn text_of(bytes: Vec<u8>) -> Result<Arc<str>, Unfit> {
    if bytes.len() > MAX_BYTES {
        return Err(Unfit::TooLarge(bytes.len()));
    }
    let text = String::from_utf8(bytes).map_err(Unfit::NotUtf8)?;
    Ok(text.into())
}

fn read_candidates(world: &World<'_>, request: &Request) -> Contents {
    let mut contents = Contents {
        found: Vec::new(),
        error: None,
    };
    for (at, (path, _)) in request.candidates.iter().enumerate() {
        match (world.read)(Path::new(path)) {
            Ok(bytes) => contents.found.push((at, text_of(bytes))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => contents.error = Some((at, error)),
        }
    }
    contents
}

fn accept(
    request: &Request,
    contents: Contents,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) -> Option<Source> {
    let name = &request.name;
    let mut found = contents.found.into_iter();
    let Some((candidate, text)) = found.next() else {
        diagnostics.push(missing(request, contents.error, files));
        return None;
    };
    let shown = request.candidates[candidate].1.clone();
    if let (Some((other, _)), Some(span)) = (found.next(), request.declared) {
        let other = &request.candidates[other].1;
        let message = format!("file of module `{name}` is ambiguous");
        diagnostics.push(
            Diagnostic::new(&codes::AMBIGUOUS_MODULE, span, message)
                .label(format!("both `{shown}` and `{other}` exist"))
                .help("delete or rename one of them"),
        );
    }
    match text {
        Ok(text) => {
            let file = files.add(shown, Arc::clone(&text));
            Some(Source {
                file,
                candidate,
                text,
            })
        }
        Err(Unfit::TooLarge(bytes)) => {
            let message = format!("`{shown}` is too large: {bytes} bytes");
            let file = files.add(shown, Arc::from(""));
            let span = request.declared.unwrap_or(start_of(file));
            diagnostics.push(
                Diagnostic::new(&codes::TOO_LARGE, span, message)
                    .note(format!("files of up to {MAX_BYTES} bytes are read"))
                    .help("move data into a file for `include_str!` or `include_bytes!`"),
            );
            None
        }
        Err(Unfit::NotUtf8(error)) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let text = String::from_utf8_lossy(&bytes[..valid]).into_owned();
            let file = files.add(shown.clone(), text.into());
            let span = Span {
                file,
                start: valid as u32,
                end: valid as u32,
            };
            diagnostics.push(
                Diagnostic::new(&codes::NOT_UTF8, span, format!("`{shown}` is not UTF-8"))
                    .label("the first byte that is not")
                    .help("save the file as UTF-8"),
            );
            None
        }
    }
}

fn missing(
    request: &Request,
    error: Option<(usize, std::io::Error)>,
    files: &mut Files,
) -> Diagnostic {
    let name = &request.name;
    if let Some((at, error)) = error {
        let shown = &request.candidates[at].1;
        let message = format!("`{shown}` cannot be read");
        let diagnostic = match request.declared {
            Some(span) => Diagnostic::new(&codes::UNREADABLE, span, message),
            None => Diagnostic::global(&codes::UNREADABLE, message),
        };
        return diagnostic.note(error.to_string());
    }
    let shown: Vec<String> = request
        .candidates
        .iter()
        .map(|(_, shown)| format!("`{shown}`"))
        .collect();
    match request.declared {
        Some(span) => Diagnostic::new(
            &codes::MISSING_MODULE,
            span,
            format!("no file found for module `{name}`"),
        )
        .label("declared here")
        .help(format!("create {}", shown.join(" or "))),
        None => {
            let file = files.add(
                request
                    .candidates
                    .first()
                    .map_or_else(String::new, |c| c.1.clone()),
                Arc::from(""),
            );
            let message = format!("no file found for the root of `{name}`");
            Diagnostic::new(&codes::MISSING_MODULE, start_of(file), message)
                .help(format!("create {}", shown.join(" or ")))
        }
    }
}

fn start_of(file: FileId) -> Span {
    Span {
        file,
        start: 0,
        end: 0,
    }
}
