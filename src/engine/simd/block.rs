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

/// The further masks that a complete check of the syntax needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct SyntaxMasks {
    pub(crate) comma: u64,
    /// blank, tab, CR, LF
    pub(crate) blank: u64,
    /// at most 0x20, or at least 0x80: as signed numbers, at most a blank
    pub(crate) to_blank: u64,
    /// below 0x20, or at least 0x80
    pub(crate) below_blank: u64,
    /// below 0x20
    pub(crate) control: u64,
}

/// 64 bytes of a text.
pub(crate) type Block = [u8; 64];
