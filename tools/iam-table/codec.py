"""The coding of the packed table: texts as words, frequent pairs of words as one symbol (Re-Pair),
symbols as canonical Huffman codes.

It needs no library on either side, gives the same bytes everywhere, and decodes one block without
the others. `ifc-catalog/src/sdk/codec.rs` is the reader of the product; `decode` here is a second
one, for the report.

    file      = magic, number of runs (u16), of blocks (u16), runs, symbols, directory, bits
    run       = length of the code, size of the symbol, number of such symbols (u8, u8, u16)
    symbol    = its text, or for size 255 two numbers of symbols (u16, u16); in the order of codes
    directory = for each block: first bit (u32), length of its name (u8), name

Symbols that occur in pairs only have a code of length 0 and lie at the end. Symbol "" ends a block.
Numbers are little-endian; bits are filled from the highest."""

import collections
import heapq
import re
import struct

MAGIC = b"IFCT\x01"
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+|.", re.S)
END = ""
PAIR = 255
MAX_BITS = 24
# A pair is worth its four bytes and its share of longer codes from about here.
ENOUGH = 6


def pair(sequence):
    """Replaces frequent pairs of symbols by tuples, again and again, most frequent first."""
    while True:
        counts = collections.Counter(zip(sequence, sequence[1:]))
        frequent = [(-count, repr(p), p) for p, count in counts.items() if count >= ENOUGH and END not in p]
        chosen = {p for _, _, p in sorted(frequent)[: max(20, len(counts) // 400)]}
        if not chosen:
            return sequence
        out, at = [], 0
        while at < len(sequence):
            two = tuple(sequence[at : at + 2])
            out.append(two if two in chosen else sequence[at])
            at += 2 if two in chosen else 1
        sequence = out


def code_lengths(counts):
    """Length of each symbol's Huffman code; ties are broken by order."""
    heap = [(count, at, [symbol]) for at, (symbol, count) in enumerate(sorted(counts.items(), key=lambda item: repr(item[0])))]
    heapq.heapify(heap)
    lengths = collections.Counter()
    while len(heap) > 1:
        few, _, left = heapq.heappop(heap)
        more, at, right = heapq.heappop(heap)
        for symbol in left + right:
            lengths[symbol] += 1
        heapq.heappush(heap, (few + more, at, left + right))
    return lengths


def size(symbol):
    return PAIR if isinstance(symbol, tuple) else len(symbol.encode())


def encode(blocks):
    """Packs `{name: text}`."""
    names = sorted(blocks)
    sequence = pair([word for name in names for word in [*WORD.findall(blocks[name]), END]])
    lengths = code_lengths(collections.Counter(sequence))
    todo = list(lengths)
    while todo:
        symbol = todo.pop()
        for part in symbol if isinstance(symbol, tuple) else ():
            if part not in lengths:
                lengths[part] = 0
                todo.append(part)
    assert max(lengths.values()) <= MAX_BITS and len(lengths) < 1 << 16, "the reader takes no longer codes"
    # Canonical codes, the shortest first; length 0 comes last.
    order = sorted(lengths, key=lambda symbol: (lengths[symbol] or 99, size(symbol), repr(symbol)))
    number = {symbol: at for at, symbol in enumerate(order)}
    codes, code, before = {}, 0, 0
    for symbol in order:
        if lengths[symbol]:
            code <<= lengths[symbol] - before
            codes[symbol], before = (code, lengths[symbol]), lengths[symbol]
            code += 1
    runs = collections.Counter((lengths[symbol], size(symbol)) for symbol in order)
    out = bytearray(MAGIC + struct.pack("<HH", len(runs), len(names)))
    for (bits, width), count in runs.items():
        out += struct.pack("<BBH", bits, width, count)
    for symbol in order:
        out += struct.pack("<HH", *(number[part] for part in symbol)) if isinstance(symbol, tuple) else symbol.encode()
    directory, stream, filled, width, fresh = bytearray(), bytearray(), 0, 0, True
    left = iter(names)
    for symbol in sequence:
        if fresh:
            name = next(left).encode()
            directory += struct.pack("<IB", len(stream) * 8 + width, len(name)) + name
        code, bits = codes[symbol]
        filled, width, fresh = filled << bits | code, width + bits, symbol == END
        while width >= 8:
            width -= 8
            stream.append(filled >> width & 255)
            filled &= (1 << width) - 1
    stream.append(filled << 8 - width & 255)
    return bytes(out + directory + stream)


def decode(packed):
    """`{name: text}` again."""
    if packed[: len(MAGIC)] != MAGIC:
        raise ValueError("not a packed table of this version")
    at = len(MAGIC)
    count, blocks = struct.unpack_from("<HH", packed, at)
    runs = [struct.unpack_from("<BBH", packed, at + 4 + 4 * index) for index in range(count)]
    at += 4 + 4 * count
    symbols, table, code, before = [], {}, 0, 0
    for bits, width, number in runs:
        for _ in range(number):
            step = 4 if width == PAIR else width
            raw = packed[at : at + step]
            if bits:
                code <<= bits - before
                table[bits, code], before = len(symbols), bits
                code += 1
            symbols.append(struct.unpack("<HH", raw) if width == PAIR else raw.decode())
            at += step
    found = {}
    for _ in range(blocks):
        start, width = struct.unpack_from("<IB", packed, at)
        found[packed[at + 5 : at + 5 + width].decode()] = start
        at += 5 + width
    stream = packed[at:]
    return {name: _decode_block(stream, start, symbols, table) for name, start in found.items()}


def _decode_block(stream, position, symbols, table):
    out = []
    while True:
        code, bits = 0, 0
        while (bits, code) not in table:
            code = code << 1 | stream[position >> 3] >> 7 - (position & 7) & 1
            bits, position = bits + 1, position + 1
        todo = [table[bits, code]]
        if symbols[todo[0]] == END:
            return "".join(out)
        while todo:
            symbol = symbols[todo.pop()]
            if isinstance(symbol, tuple):
                todo += reversed(symbol)
            else:
                out.append(symbol)
