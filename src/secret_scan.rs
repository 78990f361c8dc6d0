//! The secrets in the files that would ship.
//!
//! They are looked for when a rule first asks, all at once and in parallel; only their places are kept. What was read
//! to be parsed is not read again.
//!
//! Whoever asks waits on a thread of its own: one of rayon's would take up another rule while it waits, and that rule
//! may ask for the secrets too, which would wait for itself.

use std::collections::HashMap;
use std::panic::resume_unwind;
use std::sync::OnceLock;
use std::thread;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::plan::{Content, Plan};
use crate::program::Program;
use crate::secrets::{self, Secret};
use crate::text::RelPath;
use crate::tree::SourceTree;

/// What is larger is data, in bytes.
const LARGEST: u64 = 4 * 1024 * 1024;

/// Endings of files that hold no text.
const BINARY: &[&str] = &[
    "bin", "bmp", "bz2", "db", "dll", "dylib", "exe", "gif", "gz", "ico", "jpeg", "jpg", "mo", "mp3", "mp4",
    "npy", "npz", "onnx", "otf", "parquet", "pdf", "pkl", "png", "pt", "pyd", "safetensors", "so", "sqlite",
    "tgz", "ttf", "wasm", "wav", "webp", "whl", "woff", "woff2", "xz", "zip",
];

/// A secret in a file that would ship.
#[derive(Debug)]
pub struct Leak {
    /// The file.
    pub path: RelPath,
    /// The secret.
    pub secret: Secret,
    /// What kind of file it is.
    pub place: FileRole,
}

/// How far what stands in a file is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileRole {
    /// A part of the server.
    Server,
    /// A test: what looks like a secret may be made up.
    Tests,
    /// A text or an example for people: likewise.
    Guide,
}

/// Where the secrets may be.
#[derive(Clone, Copy, Debug)]
pub struct Shipped<'a> {
    /// The files on the disk.
    pub tree: &'a SourceTree,
    /// Those that were parsed.
    pub program: &'a Program,
    /// What would ship.
    pub plans: [&'a Plan; 2],
}

/// The secrets, once they were asked for.
#[derive(Debug, Default)]
pub struct SecretScan(OnceLock<Vec<Leak>>);

impl SecretScan {
    /// The secrets in what is shipped, in order of path and place.
    pub fn get(&self, shipped: &Shipped<'_>) -> &[Leak] {
        let apart = || thread::scope(|scope| scope.spawn(|| shipped.leaks()).join());
        self.0.get_or_init(|| apart().unwrap_or_else(|fault| resume_unwind(fault)))
    }
}

impl Shipped<'_> {
    fn leaks(&self) -> Vec<Leak> {
        let read: HashMap<&RelPath, &str> =
            self.program.sources().map(|source| (source.path(), source.text())).collect();
        let leaks = self.paths().into_par_iter().flat_map_iter(|path| {
            let secrets = match (self.program.secrets(path), read.get(path)) {
                (Some(secrets), _) => secrets.to_vec(),
                (None, Some(text)) => secrets::scan(text.as_bytes()),
                // a file that vanished stops the build when it is packed
                (None, None) => self.tree.read(path).map(|bytes| secrets::scan(&bytes)).unwrap_or_default(),
            };
            secrets.into_iter().map(|secret| Leak { path: path.clone(), secret, place: place(path) })
        });
        leaks.collect()
    }

    /// The files of text, each once.
    fn paths(&self) -> Vec<&RelPath> {
        let entries = self.plans.iter().flat_map(|plan| &plan.entries);
        let texts = entries.filter_map(|entry| match &entry.content {
            Content::File { path, size } if *size <= LARGEST => Some(path),
            _ => None,
        });
        let binary =
            |path: &RelPath| path.name().rsplit_once('.').is_some_and(|(_, end)| BINARY.contains(&end));
        let harmless = |path: &RelPath| self.program.secrets(path).is_some_and(<[_]>::is_empty);
        let mut paths: Vec<&RelPath> = texts.filter(|path| !harmless(path) && !binary(path)).collect();
        // each plan is nearly in order
        paths.sort();
        paths.dedup();
        paths
    }
}

fn place(path: &RelPath) -> FileRole {
    let lower = path.as_str().to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let within = |folders: &[&str]| lower.split('/').rev().skip(1).any(|part| folders.contains(&part));
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let words = |words: &[&str]| name.split(['.', '_', '-']).any(|part| words.contains(&part));
    if within(&["tests", "test", "testing", "fixtures", "cassettes", "__tests__", "testdata"])
        || name.starts_with("test_")
        || name == "conftest.py"
        || ends(&["_test.py", ".test.ts", ".test.js", ".spec.ts", ".spec.js"])
    {
        FileRole::Tests
    } else if within(&["docs", "doc", "examples", "example", "samples"])
        || ends(&[".md", ".rst", ".mdx", ".ipynb"])
        || words(&["example", "sample", "template"])
    {
        FileRole::Guide
    } else {
        FileRole::Server
    }
}

#[cfg(test)]
mod tests {
    use rayon::ThreadPoolBuilder;
    use rayon::iter::IndexedParallelIterator as _;

    use super::*;
    use crate::plan::Entry;
    use crate::tree;

    #[test]
    fn many_may_ask_at_once() {
        let folder = tempfile::tempdir().expect("a folder can be made");
        for number in 0..64 {
            std::fs::write(folder.path().join(format!("{number}.txt")), "nothing\n".repeat(4096))
                .expect("it can be written");
        }
        let tree = tree::walk(folder.path(), &[]).expect("the folder is readable");
        let entry = |file: &tree::SourceFile| Entry {
            path: file.path.to_string(),
            content: Content::File { path: file.path.clone(), size: file.size },
            executable: false,
        };
        let plan = Plan { file_name: String::new(), entries: tree.files().iter().map(entry).collect() };
        let program = Program::default();
        let shipped = Shipped { tree: &tree, program: &program, plans: [&plan, &plan] };
        let pool = ThreadPoolBuilder::new().num_threads(8).build().expect("threads can be started");
        for _ in 0..50 {
            let leaks = SecretScan::default();
            let asked = (0..64).into_par_iter().with_max_len(1);
            let found: usize = pool.install(|| asked.map(|_| leaks.get(&shipped).len()).sum());
            assert_eq!(found, 0);
        }
    }

    #[test]
    fn tells_what_is_meant() {
        for (path, expected) in [
            ("src/weather/server.py", FileRole::Server),
            ("src/weather/contest.py", FileRole::Server),
            ("src/weather/settings.json", FileRole::Server),
            ("tests/server.py", FileRole::Tests),
            ("src/weather/test_server.py", FileRole::Tests),
            ("src/weather/tests/data.json", FileRole::Tests),
            ("README.md", FileRole::Guide),
            ("examples/client.py", FileRole::Guide),
            (".env.example", FileRole::Guide),
        ] {
            assert_eq!(place(&RelPath::new(path)), expected, "{path}");
        }
    }
}
