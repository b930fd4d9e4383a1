//! `cwfilter lsp`: a language server for files with patterns.
//!
//! ```text
//! stdin ── transport ──▶ server ──▶ document (text, positions) ──▶ analysis (patterns, rules)
//!                          │                                         │
//!                          │        diagnostics · actions · hover · completion · definition · lenses · inlays · symbols
//! stdout ◀── transport ────┘◀────────────────────────────────────────┘
//! ```
//!
//! Findings, fixes and layouts are those of the library: `lint`, `fmt` and `explain` print the same. After a change, the findings that
//! need no proof are sent at once; proofs are made while no message waits, one pattern at a time, and kept by the text of the pattern.

mod actions;
mod analysis;
mod commands;
mod completion;
mod definition;
mod diagnostics;
mod document;
mod hover;
mod incoming;
mod inlays;
mod joined;
mod keys;
mod lenses;
mod lists;
mod partial;
mod positions;
mod proposal;
mod server;
mod symbols;
mod transport;
mod uri;
mod view;

use super::exit::Exit;
use incoming::Waiting;
use server::Server;
use std::sync::mpsc::{TryRecvError, sync_channel};
use transport::Incoming;

/// Run a language server for editors
#[derive(clap::Args)]
#[command(after_help = "Example:
  cwfilter lsp

An editor starts it, and speaks the Language Server Protocol with it over standard input and output. It checks open files as `lint`
does, while they are typed: rule files, Terraform, CloudFormation, SAM, Serverless, and `.cwfilter.toml`. docs/editors.md has the
settings of editors.")]
pub(super) struct Args {
    /// Accepted because some editors pass it: standard input and output are the only channel
    #[arg(long)]
    stdio: bool,
}

/// Messages that wait at most. More stay in the pipe.
const WAITING: usize = 256;

pub(super) fn run(args: &Args) -> std::io::Result<Exit> {
    let _ = args.stdio;
    let (sender, messages) = sync_channel::<std::io::Result<Incoming>>(WAITING);
    std::thread::spawn(move || {
        let mut input = std::io::stdin().lock();
        loop {
            let incoming = transport::read(&mut input).transpose();
            let is_last = !matches!(incoming, Some(Ok(_)));
            if incoming.is_some_and(|incoming| sender.send(incoming).is_err()) || is_last {
                return;
            }
        }
    });
    let mut server = Server::default();
    let mut waiting = Waiting::default();
    loop {
        // a request may be cancelled by a message after it
        let mut last = Ok(());
        while waiting.len() < WAITING && last.is_ok() {
            last = messages.try_recv().map(|incoming| waiting.add(incoming));
        }
        let incoming = match waiting.next() {
            Some(incoming) => incoming,
            None if last == Err(TryRecvError::Empty) && server.has_work() => {
                transport::write(server.work())?;
                continue;
            }
            None => match messages.recv() {
                Ok(incoming) => {
                    waiting.add(incoming);
                    continue;
                }
                // the editor has closed the pipe
                Err(_) => return Ok(Exit::Clean),
            },
        };
        match incoming {
            Ok(incoming) => transport::write(server.receive(incoming))?,
            Err(error) => {
                super::terminal::say!("error: -: cannot read: {error}");
                return Ok(Exit::Input);
            }
        }
        if let Some(is_orderly) = server.ended() {
            return Ok(if is_orderly { Exit::Clean } else { Exit::Findings });
        }
    }
}
