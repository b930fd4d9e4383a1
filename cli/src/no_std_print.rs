//! Makes the printing macros of the standard library compile errors in this package. They panic if a pipe is closed or a disk is
//! full, and they print text from data without escapes. Use the macros of `terminal`.

#[allow(unused_macros)]
macro_rules! println {
    ($($arg:tt)*) => {
        compile_error!(
            "println! panics on a closed pipe and escapes nothing: use `line!(std::io::stdout(), …)?`"
        )
    };
}

/// See `println`.
#[allow(unused_macros)]
macro_rules! print {
    ($($arg:tt)*) => {
        compile_error!("print! panics on a closed pipe and escapes nothing: use `terminal`")
    };
}

/// See `println`.
#[allow(unused_macros)]
macro_rules! eprintln {
    ($($arg:tt)*) => {
        compile_error!("eprintln! panics on a closed pipe and escapes nothing: use `say!`")
    };
}

/// See `println`.
#[allow(unused_macros)]
macro_rules! eprint {
    ($($arg:tt)*) => {
        compile_error!("eprint! panics on a closed pipe and escapes nothing: use `say!`")
    };
}
