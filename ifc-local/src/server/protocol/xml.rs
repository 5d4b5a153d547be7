//! XML that is written.

/// Writes elements one after the other.
#[derive(Debug, Default)]
pub(super) struct Writer {
    out: String,
    open: Vec<String>,
}

impl Writer {
    /// A document with the line that says so.
    pub(super) fn document() -> Writer {
        Writer {
            out: r#"<?xml version="1.0" encoding="UTF-8"?>"#.to_owned() + "\n",
            open: Vec::new(),
        }
    }

    /// Opens an element.
    pub(super) fn open(&mut self, name: &str) {
        self.out.extend(["<", name, ">"]);
        self.open.push(name.to_owned());
    }

    /// Opens an element in a namespace.
    pub(super) fn open_with(&mut self, name: &str, namespace: &str) {
        self.out.extend(["<", name, " xmlns=\"", namespace, "\">"]);
        self.open.push(name.to_owned());
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        if let Some(name) = self.open.pop() {
            self.out.extend(["</", &name, ">"]);
        }
    }

    /// An element with text.
    pub(super) fn text(&mut self, name: &str, text: &str) {
        self.open(name);
        self.raw(text);
        self.close();
    }

    /// Text inside of an element.
    pub(super) fn raw(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '&' => self.out.push_str("&amp;"),
                '<' => self.out.push_str("&lt;"),
                '>' => self.out.push_str("&gt;"),
                '"' => self.out.push_str("&quot;"),
                // A reader would make a plain one of it.
                '\r' => self.out.push_str("&#13;"),
                c => self.out.push(c),
            }
        }
    }

    /// Closes what is open and gives the text.
    pub(super) fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.out
    }
}
