//! Interned names. Comparing two is comparing two numbers; sorting sorts by text, so that order
//! never depends on which file was read first.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{LazyLock, RwLock};

/// A name in the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

/// A map with small plain keys: symbols and ids. Its order means nothing.
pub type FastMap<K, V> = HashMap<K, V, BuildHasherDefault<FastHasher>>;

/// Hashes numbers by multiplication: keys are the compiler's own, nobody can choose them to collide.
#[derive(Clone, Copy, Debug, Default)]
pub struct FastHasher(u64);

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(23) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    fn write_usize(&mut self, value: usize) {
        self.write_u64(value as u64);
    }
}

#[derive(Default)]
struct Interner {
    ids: HashMap<&'static str, u32, BuildHasherDefault<FastHasher>>,
    texts: Vec<&'static str>,
}

static INTERNER: LazyLock<RwLock<Interner>> = LazyLock::new(RwLock::default);

thread_local! {
    /// Most names were met before on the same thread; the lock is only for new ones.
    static LOCAL: RefCell<HashMap<&'static str, u32, BuildHasherDefault<FastHasher>>> =
        RefCell::default();
}

impl Symbol {
    /// Interns a text. The text stays in memory until the process ends.
    pub fn new(text: &str) -> Self {
        LOCAL.with_borrow_mut(|local| {
            if let Some(&id) = local.get(text) {
                return Symbol(id);
            }
            let symbol = Symbol::shared(text);
            local.insert(symbol.as_str(), symbol.0);
            symbol
        })
    }

    fn shared(text: &str) -> Self {
        let read = INTERNER
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(&id) = read.ids.get(text) {
            return Symbol(id);
        }
        drop(read);
        let mut write = INTERNER
            .write()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if let Some(&id) = write.ids.get(text) {
            return Symbol(id);
        }
        let text: &'static str = Box::leak(text.into());
        let id = write.texts.len() as u32;
        write.texts.push(text);
        write.ids.insert(text, id);
        Symbol(id)
    }

    /// A number that is the name's own as long as the process lives. Which one it is depends on what
    /// was read before.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The text.
    pub fn as_str(self) -> &'static str {
        INTERNER
            .read()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .texts[self.0 as usize]
    }
}

impl std::fmt::Debug for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.as_str())
    }
}

impl std::fmt::Display for Symbol {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl PartialOrd for Symbol {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Symbol {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        if self.0 == other.0 {
            std::cmp::Ordering::Equal
        } else {
            self.as_str().cmp(other.as_str())
        }
    }
}
