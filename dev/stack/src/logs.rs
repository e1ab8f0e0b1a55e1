//! Where the functions' output and the runner's own notices go.

use std::collections::{BTreeMap, VecDeque};
use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::locked;

/// How many lines are kept for `/_local/logs` and for tests.
const KEPT: usize = 10_000;

/// Where lines go besides memory, in which the newest are always kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Logs {
    /// Memory only, for tests.
    #[default]
    Quiet,
    /// Everything on the console.
    Console,
    /// One file per function; the console shows only cold starts and errors.
    Directory(PathBuf),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    pub at: DateTime<Utc>,
    /// The function, or the part of the runner that speaks.
    pub source: String,
    pub text: String,
}

/// The collected lines. Clones share them.
#[derive(Clone)]
pub struct LogBook {
    destination: Logs,
    kept: Arc<Mutex<VecDeque<Line>>>,
    files: Arc<Mutex<BTreeMap<String, File>>>,
}

impl LogBook {
    #[must_use]
    pub fn new(destination: Logs) -> Self {
        Self { destination, kept: Arc::default(), files: Arc::default() }
    }

    /// A line that a function wrote.
    pub fn output(&self, source: &str, text: &str) {
        self.keep(source, text);
        match &self.destination {
            Logs::Quiet => {}
            Logs::Console => println!("[{source}] {text}"),
            Logs::Directory(directory) => self.write(&directory.join(format!("{source}.log")), source, text),
        }
    }

    /// Something that the runner has to say about a function: a cold start, an error.
    pub fn notice(&self, source: &str, text: &str) {
        self.keep(source, text);
        match &self.destination {
            Logs::Quiet => {}
            Logs::Console => println!("[{source}] {text}"),
            Logs::Directory(directory) => {
                println!("{} {source}: {text}", Utc::now().format("%H:%M:%S"));
                self.write(&directory.join(format!("{source}.log")), source, text);
            }
        }
    }

    /// The newest lines, oldest first, of one source or of all.
    #[must_use]
    pub fn lines(&self, source: Option<&str>) -> Vec<Line> {
        let kept = locked(&self.kept);
        kept.iter().filter(|line| source.is_none_or(|source| source == line.source)).cloned().collect()
    }

    fn keep(&self, source: &str, text: &str) {
        let mut kept = locked(&self.kept);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Line { at: Utc::now(), source: source.to_owned(), text: text.to_owned() });
    }

    fn write(&self, path: &std::path::Path, source: &str, text: &str) {
        let mut files = locked(&self.files);
        if !files.contains_key(source) {
            match File::create(path) {
                Ok(file) => drop(files.insert(source.to_owned(), file)),
                Err(error) => return eprintln!("cannot write {}: {error}", path.display()),
            }
        }
        if let Some(file) = files.get_mut(source)
            && let Err(error) = writeln!(file, "{} {text}", Utc::now().format("%Y-%m-%dT%H:%M:%S%.3fZ"))
        {
            eprintln!("cannot write {}: {error}", path.display());
        }
    }
}
