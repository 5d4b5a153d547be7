//! Words that an expression can only name through `#alias`. Source: Amazon DynamoDB Developer Guide,
//! "Reserved words in DynamoDB".

static WORDS: &str = include_str!("reserved.txt");

/// Whether a name is reserved; case does not matter.
pub(super) fn is_reserved(name: &str) -> bool {
    WORDS.lines().any(|word| word.eq_ignore_ascii_case(name))
}
