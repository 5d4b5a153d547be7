//! Reads the packed table: blocks of text as Huffman codes of words and pairs of words. The format
//! is described beside its writer, `tools/iam-table/codec.py`.

const MAGIC: &[u8] = b"IFCT\x01";
/// Size of a symbol that stands for two others.
const PAIR: u8 = 255;
/// Codes are at most so long.
const MAX_BITS: usize = 24;
/// Codes up to this length are looked up at once.
const QUICK_BITS: usize = 10;

/// A packed table with its directory read and nothing else.
pub(super) struct Packed<'a> {
    bytes: &'a [u8],
    /// Where each symbol lies, and its size.
    symbols: Vec<(u32, u8)>,
    /// Symbol and length of the code that the next bits begin with; 0 for longer ones.
    quick: Vec<(u16, u8)>,
    levels: [Level; MAX_BITS + 1],
    /// Name of each block, in order, with its first bit.
    directory: Vec<(&'a str, usize)>,
    stream: &'a [u8],
}

/// Codes of one length: `count` in a row from `code`, for the symbols from `symbol`.
#[derive(Clone, Copy, Default)]
struct Level {
    code: u32,
    symbol: usize,
    count: u32,
}

impl<'a> Packed<'a> {
    /// None if these are not the bytes of such a table.
    pub(super) fn open(bytes: &'a [u8]) -> Option<Packed<'a>> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let (run_count, block_count) = (u16_of(&mut rest)?, u16_of(&mut rest)?);
        let runs = taken(&mut rest, 4 * usize::from(run_count))?;
        let mut offset = u32::try_from(bytes.len() - rest.len()).ok()?;
        let mut symbols = Vec::new();
        let mut levels = [Level::default(); MAX_BITS + 1];
        let (mut code, mut before) = (0u32, 0u8);
        for run in runs.chunks_exact(4) {
            let (bits, size) = (run[0], run[1]);
            let count = u16::from_le_bytes([run[2], run[3]]);
            if bits > 0 {
                let level = levels.get_mut(usize::from(bits))?;
                if bits != before {
                    code <<= bits.checked_sub(before)?;
                    (level.code, level.symbol) = (code, symbols.len());
                    before = bits;
                }
                level.count += u32::from(count);
                code += u32::from(count);
            }
            for _ in 0..count {
                symbols.push((offset, size));
                offset += if size == PAIR { 4 } else { u32::from(size) };
            }
        }
        rest = bytes.get(offset as usize..)?;
        let mut directory = Vec::with_capacity(block_count.into());
        for _ in 0..block_count {
            let at = u32::from_le_bytes(taken(&mut rest, 4)?.try_into().ok()?);
            let size = u8_of(&mut rest)?;
            let name = str::from_utf8(taken(&mut rest, size.into())?).ok()?;
            directory.push((name, at.try_into().ok()?));
        }
        Some(Packed {
            bytes,
            symbols,
            quick: quick(&levels),
            levels,
            directory,
            stream: rest,
        })
    }

    /// Names of the blocks, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &'a str> {
        self.directory.iter().map(|(name, _)| *name)
    }

    /// Number of a block.
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let at = self
            .directory
            .binary_search_by(|(other, _)| other.cmp(&name));
        at.ok()
    }

    /// The text of a block; None if the bytes are broken.
    pub(super) fn text(&self, block: usize) -> Option<String> {
        let mut position = self.directory.get(block)?.1;
        let mut text = String::new();
        let mut todo = Vec::new();
        loop {
            let (symbol, bits) = self.symbol(position)?;
            position += bits;
            if self.symbols.get(symbol)?.1 == 0 {
                return Some(text);
            }
            todo.push(symbol);
            while let Some(symbol) = todo.pop() {
                let (offset, size) = *self.symbols.get(symbol)?;
                let at = offset as usize;
                match size {
                    PAIR => {
                        let mut pair = self.bytes.get(at..at + 4)?;
                        let (left, right) = (u16_of(&mut pair)?, u16_of(&mut pair)?);
                        todo.extend([usize::from(right), usize::from(left)]);
                    }
                    _ => {
                        let word = self.bytes.get(at..at + usize::from(size))?;
                        text.push_str(str::from_utf8(word).ok()?);
                    }
                }
            }
        }
    }

    /// The symbol at a bit, and the length of its code.
    fn symbol(&self, position: usize) -> Option<(usize, usize)> {
        let at = position >> 3;
        let next = match self.stream.get(at..at + 4) {
            Some(next) => u32::from_be_bytes(next.try_into().ok()?),
            // The last bytes, with zeros behind them.
            None => self
                .stream
                .get(at..)?
                .iter()
                .chain([&0; 4])
                .take(4)
                .fold(0, |all, byte| all << 8 | u32::from(*byte)),
        };
        let next = next << (position & 7);
        let (symbol, bits) = self.quick[(next >> (32 - QUICK_BITS)) as usize];
        if bits > 0 {
            return Some((symbol.into(), bits.into()));
        }
        (QUICK_BITS + 1..=MAX_BITS).find_map(|bits| {
            let level = self.levels[bits];
            let at = (next >> (32 - bits)).wrapping_sub(level.code);
            (at < level.count).then_some((level.symbol + at as usize, bits))
        })
    }
}

fn quick(levels: &[Level]) -> Vec<(u16, u8)> {
    let mut table = vec![(0, 0); 1 << QUICK_BITS];
    for (bits, level) in levels.iter().enumerate().take(QUICK_BITS + 1).skip(1) {
        let width = 1 << (QUICK_BITS - bits);
        let first = (level.code as usize) << (QUICK_BITS - bits);
        for at in 0..level.count as usize {
            let entry = ((level.symbol + at) as u16, bits as u8);
            let places = first + at * width..first + (at + 1) * width;
            if let Some(places) = table.get_mut(places) {
                places.fill(entry);
            }
        }
    }
    table
}

fn taken<'a>(rest: &mut &'a [u8], count: usize) -> Option<&'a [u8]> {
    let (head, tail) = rest.split_at_checked(count)?;
    *rest = tail;
    Some(head)
}

fn u8_of(rest: &mut &[u8]) -> Option<u8> {
    Some(taken(rest, 1)?[0])
}

fn u16_of(rest: &mut &[u8]) -> Option<u16> {
    Some(u16::from_le_bytes(taken(rest, 2)?.try_into().ok()?))
}
