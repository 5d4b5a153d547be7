//! Reads the packed table: blocks of text as Huffman codes of words and pairs of words. The format
//! is described beside its writer, `tools/iam-table/codec.py`.

const MAGIC: &[u8] = b"IFCT\x01";
/// Size of a symbol that stands for two others.
const PAIR: u8 = 255;
/// The stream is at most so deep.
const MAX_BITS: usize = 32;

/// A packed table with its directory read and nothing else.
pub(super) struct Packed<'a> {
    bytes: &'a [u8],
    runs: Vec<Run>,
    levels: [Level; MAX_BITS],
    /// Name of each block, in order, with its first bit.
    directory: Vec<(&'a str, usize)>,
    stream: &'a [u8],
}

/// Neighbouring symbols of one size.
struct Run {
    size: u8,
    first: usize,
    offset: usize,
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
        let mut runs = Vec::with_capacity(run_count.into());
        let mut levels = [Level::default(); MAX_BITS];
        let (mut symbol, mut size_of_symbols, mut code, mut before) = (0, 0, 0u32, 0u8);
        for _ in 0..run_count {
            let (bits, size) = (u8_of(&mut rest)?, u8_of(&mut rest)?);
            let count = u16_of(&mut rest)?;
            runs.push(Run {
                size,
                first: symbol,
                offset: size_of_symbols,
            });
            if bits > 0 {
                if bits != before {
                    code <<= bits - before;
                    *levels.get_mut(usize::from(bits))? = Level {
                        code,
                        symbol,
                        count: 0,
                    };
                    before = bits;
                }
                levels[usize::from(bits)].count += u32::from(count);
                code += u32::from(count);
            }
            symbol += usize::from(count);
            size_of_symbols += usize::from(count) * if size == PAIR { 4 } else { size.into() };
        }
        let symbols_at = bytes.len() - rest.len();
        for run in &mut runs {
            run.offset += symbols_at;
        }
        rest = rest.get(size_of_symbols..)?;
        let mut directory = Vec::with_capacity(block_count.into());
        for _ in 0..block_count {
            let at = u32::from_le_bytes(taken(&mut rest, 4)?.try_into().ok()?);
            let size = u8_of(&mut rest)?;
            let name = str::from_utf8(taken(&mut rest, size.into())?).ok()?;
            directory.push((name, at.try_into().ok()?));
        }
        Some(Packed {
            bytes,
            runs,
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
        loop {
            let (mut code, mut bits) = (0u32, 0);
            let symbol = loop {
                let byte = *self.stream.get(position >> 3)?;
                code = code << 1 | u32::from(byte >> (7 - (position & 7)) & 1);
                position += 1;
                bits += 1;
                let level = self.levels.get(bits)?;
                let at = code.wrapping_sub(level.code);
                if at < level.count {
                    break level.symbol + at as usize;
                }
            };
            let before = text.len();
            self.expand(symbol, &mut text)?;
            if text.len() == before {
                return Some(text);
            }
        }
    }

    fn expand(&self, symbol: usize, text: &mut String) -> Option<()> {
        let after = self.runs.partition_point(|run| run.first <= symbol);
        let run = self.runs.get(after.checked_sub(1)?)?;
        let at = symbol - run.first;
        if run.size == PAIR {
            let mut pair = self.bytes.get(run.offset + 4 * at..)?;
            let (left, right) = (u16_of(&mut pair)?, u16_of(&mut pair)?);
            self.expand(left.into(), text)?;
            return self.expand(right.into(), text);
        }
        let start = run.offset + usize::from(run.size) * at;
        let word = self.bytes.get(start..start + usize::from(run.size))?;
        text.push_str(str::from_utf8(word).ok()?);
        Some(())
    }
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
