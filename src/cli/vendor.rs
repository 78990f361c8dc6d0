//! What `mcp-backend export mcpb --vendor` takes from outside: which wheels, before Python fetches them, and these.

use std::path::Path;

use super::Failure;
use crate::analysis::Analysis;
use crate::error::Error;
use crate::export::Vendored;
use crate::knowledge::machines::{MACHINES, Machine};
use crate::spec::version;
use crate::text::listed;
use crate::tree::{self, SourceFile};

/// What the lock of the project at `root` installs on a platform with a minor of Python: exact requirements.
///
/// # Errors
/// When the disk fails, the platform is not known, or the project has no lock that can be followed.
pub fn pins_for(root: &Path, platform: &str, python: &str) -> Result<Vec<String>, Error> {
    let fault = |fault: String| Error::Usage { path: root.to_path_buf(), fault };
    let machine = machine(platform).map_err(fault)?;
    let version = version::parse(python).map_err(|_| fault(format!("`{python}` is no version of Python")))?;
    let analysis = Analysis::for_a_build(root)?;
    let lock = analysis.lock.as_ref();
    let pins = lock.and_then(|lock| lock.pins_on(&analysis.project, machine, &version));
    pins.ok_or_else(|| {
        let needs = "`--vendor` needs a lock: set `locked = \"uv.lock\"` in `[tool.mcp-backend]`, and see what \
                     `mcp-backend check` tells of it";
        fault(needs.to_owned())
    })
}

/// The wheels in a folder.
pub(super) fn vendored(platform: &str, python: String, wheels: &Path) -> Result<Vendored, Failure> {
    let machine = machine(platform).map_err(Failure::Usage)?;
    let tree = tree::walk(wheels, &[])?;
    let wheel = |file: &SourceFile| Ok((file.path.name().to_owned(), tree.read(&file.path)?));
    let files = tree.files().iter().filter(|file| file.path.name().ends_with(".whl"));
    Ok(Vendored { machine, python, wheels: files.map(wheel).collect::<Result<_, Error>>()? })
}

fn machine(platform: &str) -> Result<&'static Machine, String> {
    Machine::called(platform).ok_or_else(|| {
        let known: Vec<_> = MACHINES.iter().map(|machine| machine.platform).collect();
        format!("`{platform}` is no platform; there are {}", listed(&known))
    })
}
