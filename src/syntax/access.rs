//! What calls do with the path that they are given: they read the file, make it, or look whether it is there.
//!
//! What is not known here may do anything. None, as an answer, leaves the file alone.

use super::code::{argument, by_keyword};
use super::{Given, Term};

/// What is done with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// The file is read.
    Read {
        /// Whether that surely happens where the code runs, and fails when the file is missing.
        fails: bool,
    },
    /// The folder is read.
    ReadFolder {
        /// Whether that surely happens where the code runs, and fails when the folder is missing.
        fails: bool,
    },
    /// It is looked whether it is there.
    Test,
    /// It is made, written or taken away.
    Make,
    /// It is handed to something that may do anything to it, and to what lies below.
    Pass,
}

impl Access {
    /// Whether it only reads.
    pub fn reads(self) -> bool {
        matches!(self, Self::Read { .. } | Self::ReadFolder { .. })
    }

    /// What a method of a path does that does not read.
    pub fn of_method(method: &str) -> Self {
        match method {
            "exists" | "is_file" | "is_dir" | "stat" | "lstat" => Self::Test,
            "write_text" | "write_bytes" | "touch" | "mkdir" | "unlink" | "rmdir" | "rename"
            | "symlink_to" => Self::Make,
            _ => Self::Pass,
        }
    }

    /// The same where it may not happen, or its failure may be caught.
    pub(super) fn unsure(self) -> Self {
        match self {
            Self::Read { .. } => Self::Read { fails: false },
            Self::ReadFolder { .. } => Self::ReadFolder { fails: false },
            other => other,
        }
    }
}

const READ: Access = Access::Read { fails: true };

/// What a method of a path does.
pub(super) fn of_method(method: &str, given: &[Given]) -> Option<Access> {
    Some(match method {
        "read_text" | "read_bytes" => READ,
        "open" => opened(argument(given, "mode", 0)),
        "iterdir" => Access::ReadFolder { fails: true },
        "glob" | "rglob" => Access::ReadFolder { fails: false },
        "relative_to" | "is_relative_to" | "match" | "startswith" | "endswith" => return None,
        _ => Access::of_method(method),
    })
}

/// What a function, by the path under which it is imported, does with the path that is this one of its arguments.
pub(super) fn of_argument(function: &str, given: &[Given], path: &Term) -> Option<Access> {
    let is_it = |one: &Term| std::ptr::eq(one, path);
    let first = given.iter().find(|one| !one.is_by_name()).is_some_and(|one| is_it(&one.value));
    let named = |name| by_keyword(given, name).is_some_and(is_it);
    let last = function.rsplit('.').next().unwrap_or_default();
    if harmless(function, last) {
        return None;
    }
    let opens = ["open", "io.open", "codecs.open", "aiofiles.open"].contains(&function);
    let parses = ["pandas.read_", "polars.read_"].iter().any(|prefix| function.starts_with(prefix));
    let known = match last {
        _ if opens && (first || named("file")) => Some(opened(argument(given, "mode", 1))),
        "as_file" if first => Some(READ.unsure()),
        "FileSystemLoader" if first || named("searchpath") => Some(Access::ReadFolder { fails: false }),
        "Jinja2Templates" if first || named("directory") => Some(Access::ReadFolder { fails: false }),
        "StaticFiles" if first || named("directory") => {
            Some(Access::ReadFolder { fails: by_keyword(given, "check_dir").is_none() })
        }
        _ if parses && first => Some(READ),
        _ => of_system(function),
    };
    Some(known.unwrap_or(Access::Pass))
}

fn of_system(function: &str) -> Option<Access> {
    Some(match function {
        "os.listdir" | "os.scandir" => Access::ReadFolder { fails: true },
        "os.walk" | "glob.glob" | "glob.iglob" => Access::ReadFolder { fails: false },
        "os.path.exists" | "os.path.lexists" | "os.path.isfile" | "os.path.isdir" | "os.path.getsize"
        | "os.path.getmtime" | "os.stat" | "os.access" | "dotenv.load_dotenv" => Access::Test,
        "os.makedirs" | "os.mkdir" | "os.remove" | "os.unlink" | "os.replace" | "os.rename"
        | "sqlite3.connect" => Access::Make,
        _ => return None,
    })
}

/// Whether a function only shows or compares the path.
fn harmless(function: &str, last: &str) -> bool {
    let shows = ["critical", "debug", "error", "exception", "getLogger", "info", "log", "warning"];
    function.starts_with("sys.path.")
        || matches!(function, "isinstance" | "len" | "os.path.basename" | "print" | "repr")
        || function.contains('.') && shows.contains(&last)
        || last.ends_with("Error")
        || last.ends_with("Exception")
}

fn opened(mode: Option<&Term>) -> Access {
    match mode.map(Term::as_text) {
        None => READ,
        Some(Some(mode)) if !mode.contains(['w', 'a', 'x', '+']) => READ,
        _ => Access::Make,
    }
}
