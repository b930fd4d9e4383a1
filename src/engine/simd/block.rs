//! 64 bytes of a text, and the masks of their JSON characters.

/// The characters of 64 bytes that structure JSON: bit n of a mask is byte n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Masks {
    pub(crate) quote: u64,
    pub(crate) backslash: u64,
    /// `{` and `[`
    pub(crate) open: u64,
    /// `}` and `]`
    pub(crate) close: u64,
    pub(crate) colon: u64,
}

/// The masks that tell the kinds of tokens apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TokenMasks {
    pub(crate) quote: u64,
    /// `{`, `[`, `}`, `]`, `:` and `,`; also the control characters 0x0c and 0x1a, which one look-up does not tell from `,` and `:`
    pub(crate) punctuation: u64,
    /// bits 0, 2 and 5 of each byte
    pub(crate) bits: [u64; 3],
}

/// 64 bytes of a text.
pub(crate) type Block = [u8; 64];

/// A block after the block before it.
pub(crate) type Window = [u8; 128];
