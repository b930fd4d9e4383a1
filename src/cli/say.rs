//! The printing macros of the command line. They replace those of the standard library in this folder, because those
//! panic where the other end of a pipe is closed or a disk is full.

/// Prints a line to standard error. A line that cannot be written is lost, because there is no other place to report it;
/// the exit code stays the same.
macro_rules! eprintln {
    ($($arg:tt)*) => {{
        use std::io::Write as _;
        let _ = writeln!(std::io::stderr(), $($arg)*);
    }};
}

/// Standard output is written with `write!`, whose error `main` turns into an exit code.
#[allow(unused_macros)]
macro_rules! println {
    ($($arg:tt)*) => {
        compile_error!("println! panics on a closed pipe: use `writeln!(std::io::stdout(), …)?`")
    };
}

/// See `println`.
#[allow(unused_macros)]
macro_rules! print {
    ($($arg:tt)*) => {
        compile_error!("print! panics on a closed pipe: use `write!(std::io::stdout(), …)?`")
    };
}

/// See `eprintln`.
#[allow(unused_macros)]
macro_rules! eprint {
    ($($arg:tt)*) => {
        compile_error!("eprint! panics on a closed pipe: use `eprintln!`, which does not here")
    };
}
