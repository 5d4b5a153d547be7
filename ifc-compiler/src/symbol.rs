//! Interned names. Comparing two is comparing two numbers; sorting sorts by text, so that order
//! never depends on which file was read first.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{LazyLock, OnceLock, PoisonError, RwLock};

/// A name in the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Symbol(u32);

/// A map with small plain keys: symbols, ids and names. Its order means nothing.
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

type Ids = HashMap<&'static str, u32, BuildHasherDefault<FastHasher>>;

static IDS: LazyLock<RwLock<Ids>> = LazyLock::new(RwLock::default);

/// Texts by id, in blocks that double in size and never move, so that reading needs no lock.
static TEXTS: [OnceLock<Box<[OnceLock<&'static str>]>>; BLOCKS] =
    [const { OnceLock::new() }; BLOCKS];
const BLOCKS: usize = 33 - FIRST.ilog2() as usize;
/// Length of the first block.
const FIRST: u32 = 1024;

/// Block of an id, and position in it.
fn slot(id: u32) -> (usize, usize) {
    let id = u64::from(id) + u64::from(FIRST);
    let block = id.ilog2() - FIRST.ilog2();
    (block as usize, (id - (u64::from(FIRST) << block)) as usize)
}

thread_local! {
    /// Most names were met before on the same thread; the lock is only for new ones.
    static LOCAL: RefCell<Ids> = RefCell::default();
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
        let read = IDS.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = read.get(text) {
            return Symbol(id);
        }
        drop(read);
        let mut write = IDS.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&id) = write.get(text) {
            return Symbol(id);
        }
        let text: &'static str = Box::leak(text.into());
        let id = write.len() as u32;
        let (block, at) = slot(id);
        let block = TEXTS[block].get_or_init(|| {
            let length = (FIRST as usize) << block;
            (0..length).map(|_| OnceLock::new()).collect()
        });
        block[at].get_or_init(|| text);
        write.insert(text, id);
        Symbol(id)
    }

    /// A number that is the name's own as long as the process lives. Which one it is depends on what
    /// was read before.
    pub fn number(self) -> u32 {
        self.0
    }

    /// The text.
    pub fn as_str(self) -> &'static str {
        let (block, at) = slot(self.0);
        let text = TEXTS[block].get().and_then(|block| block[at].get());
        // A symbol is given out only once its text is there.
        text.copied().unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_follow_each_other() {
        assert_eq!(slot(0), (0, 0));
        assert_eq!(slot(FIRST - 1), (0, FIRST as usize - 1));
        assert_eq!(slot(FIRST), (1, 0));
        assert_eq!(slot(3 * FIRST), (2, 0));
        assert_eq!(slot(u32::MAX).0, BLOCKS - 1);
    }

    #[test]
    fn threads_agree() {
        let names: Vec<String> = (0..5_000).map(|at| format!("name{at}")).collect();
        let ids = crate::parallel::map(8, |_| -> Vec<Symbol> {
            names.iter().map(|name| Symbol::new(name)).collect()
        });
        assert!(ids.iter().all(|one| *one == ids[0]));
        let texts = ids[0].iter().map(|symbol| symbol.as_str());
        assert!(texts.eq(names.iter().map(String::as_str)));
    }
}
