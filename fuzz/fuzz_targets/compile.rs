//! The whole compiler over any text, and every message in every format. A text with
//! `//- /src/x.rs` headers is an application of several files. CONTRIBUTING has the command.
#![no_main]

use ifc_compiler::diagnostics::{Look, json, render, render_line};
use ifc_compiler::testing::Fixture;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

fuzz_target!(|text: &str| {
    let fixture = Fixture::parse(text);
    let compilation = ifc_compiler::compile(&fixture.world());
    let (look, files) = (Look::plain(""), &compilation.files);
    for diagnostic in &compilation.diagnostics {
        let text = render(&look, files, diagnostic);
        assert!(text.contains(diagnostic.code.number));
        render_line(&look, files, diagnostic);
        json::line(files, diagnostic, Some(&text));
    }
});

// Bytes that change alone seldom give Rust, so every other time whole tokens move.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let moved = match std::str::from_utf8(&data[..size]) {
        Ok(text) if seed % 2 == 0 => moved(text, seed as usize / 2),
        _ => return fuzzer_mutate(data, size, max_size),
    };
    let length = moved.len().min(max_size);
    data[..length].copy_from_slice(&moved.as_bytes()[..length]);
    length
});

/// Some tokens are doubled, exchanged or taken away.
fn moved(text: &str, mut seed: usize) -> String {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut tokens: Vec<&str> = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = match is_word(first) {
            true => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            false => first.len_utf8(),
        };
        let (token, after) = rest.split_at(end);
        tokens.push(token);
        rest = after;
    }
    for _ in 0..=seed % 4 {
        if tokens.is_empty() {
            break;
        }
        let mut next = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            seed >> 33
        };
        let (from, to, count) = (
            next() % tokens.len(),
            next() % tokens.len(),
            1 + next() % 12,
        );
        match next() % 3 {
            0 => tokens.swap(from, to),
            1 => drop(tokens.drain(from..(from + count).min(tokens.len()))),
            _ => {
                let piece = tokens[from..(from + count).min(tokens.len())].to_vec();
                tokens.splice(to..to, piece);
            }
        }
    }
    tokens.concat()
}
