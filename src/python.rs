//! The Python face: all that knows `PyO3`.
//!
//! It turns arguments into a [`Request`], an [`Outcome`] into a return value or a `BuildError`, and a panic into a
//! `RuntimeError`: PyO3's own `PanicException` would pass every `except Exception`.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use pyo3::exceptions::{PyKeyboardInterrupt, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::backend::{self, Check, Outcome, Request};
use crate::cli;
use crate::clients;
use crate::contract::{self, Contract};
use crate::diagnostic::Report;
use crate::error::Error;
use crate::inspection::Inspection;
use crate::render::{Format, TerminalStyle, render};
use crate::workspace;

pyo3::create_exception!(
    mcp_backend._native,
    BuildError,
    pyo3::exceptions::PyException,
    "The build was refused: `str()` is the report, `diagnostics` the findings as dictionaries."
);

#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::{
        BuildError, build_sdist, build_wheel, client_profiles, compare_with_live, main, objections, pins_for,
        prepare_metadata, project_at, projects_at, pythons_of, record_live, scripts_of, siblings,
    };
}

/// What a hook is asked for beside its folder.
struct HookCall {
    root: PathBuf,
    out: PathBuf,
    config: ConfigSettings,
    metadata: Option<PathBuf>,
    look: TerminalStyle,
}

/// What `-C` says.
#[derive(Default)]
struct ConfigSettings {
    check: Check,
    notices: Vec<String>,
}

type Built = (String, String);

/// Builds a wheel of the project at `root` into `out`, or the one that installs it in place.
#[pyfunction]
#[pyo3(signature = (root, out, config=None, metadata=None, *, look, editable=false))]
fn build_wheel(
    py: Python<'_>,
    root: PathBuf,
    out: PathBuf,
    config: Option<&Bound<'_, PyDict>>,
    metadata: Option<PathBuf>,
    look: (bool, bool),
    editable: bool,
) -> PyResult<Built> {
    let asked = HookCall { config: read(&root, config)?, root, out, metadata, look: seen(look) };
    run(py, &asked, if editable { backend::build_editable } else { backend::build_wheel })
}

/// Builds an sdist of the project at `root` into `out`.
#[pyfunction]
#[pyo3(signature = (root, out, config=None, *, look))]
fn build_sdist(
    py: Python<'_>,
    root: PathBuf,
    out: PathBuf,
    config: Option<&Bound<'_, PyDict>>,
    look: (bool, bool),
) -> PyResult<Built> {
    let asked = HookCall { config: read(&root, config)?, root, out, metadata: None, look: seen(look) };
    run(py, &asked, backend::build_sdist)
}

/// Writes the `.dist-info` that the wheel will hold into `out`.
#[pyfunction]
#[pyo3(signature = (root, out, config=None, *, look, editable=false))]
fn prepare_metadata(
    py: Python<'_>,
    root: PathBuf,
    out: PathBuf,
    config: Option<&Bound<'_, PyDict>>,
    look: (bool, bool),
    editable: bool,
) -> PyResult<Built> {
    let asked = HookCall { config: read(&root, config)?, root, out, metadata: None, look: seen(look) };
    run(py, &asked, |request| backend::prepare_metadata(request, editable))
}

/// Runs the command line; returns the exit status and what to write to stdout and stderr.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a list of its own")]
#[pyo3(signature = (arguments, *, look, width=None, links=false))]
fn main(
    py: Python<'_>,
    arguments: Vec<String>,
    look: (bool, bool),
    width: Option<usize>,
    links: bool,
) -> PyResult<(i32, String, String)> {
    let look = TerminalStyle { links, width, ..seen(look) };
    let interrupted = || Python::attach(|py| py.check_signals().is_err());
    let answer = py.detach(|| guarded(|| cli::run(&arguments, look, &interrupted)))?;
    Ok((answer.status.into(), answer.stdout, answer.stderr))
}

/// Compares a contract with what servers answered, a list of their answers; returns the differences as JSON.
#[pyfunction]
fn compare_with_live(py: Python<'_>, contract: &str, answers: &str) -> PyResult<String> {
    let compare = || {
        let contract = Contract::parse(contract.as_bytes())?;
        let answers: Vec<contract::LiveAnswer> =
            serde_json::from_str(answers).map_err(|fault| fault.to_string())?;
        Ok(serde_json::to_string(&contract::live(&contract, &answers)).expect("texts are JSON"))
    };
    py.detach(|| guarded(compare))?.map_err(|fault: String| PyValueError::new_err(fault))
}

/// The names of the profiles of clients.
#[pyfunction]
fn client_profiles() -> Vec<&'static str> {
    clients::PROFILES.iter().map(|profile| profile.name).collect()
}

/// What clients refuse of the tools that a server listed, a JSON array, a phrase each: those of these profiles, or what
/// two of all do.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a list of its own")]
fn objections(
    py: Python<'_>,
    tools: &str,
    server: Option<&str>,
    profiles: Vec<String>,
) -> PyResult<Vec<String>> {
    let told = || clients::told_of_listed(tools, server, &profiles).map_err(|fault| fault.to_string());
    py.detach(|| guarded(told))?.map_err(PyValueError::new_err)
}

/// The root of the project that a folder lies in, or the current folder.
#[pyfunction]
#[pyo3(signature = (folder=None))]
fn project_at(py: Python<'_>, folder: Option<PathBuf>) -> PyResult<PathBuf> {
    py.detach(|| guarded(|| cli::live::project(folder)))?.map_err(PyValueError::new_err)
}

/// The roots of the projects that this backend builds, of these paths or the workspaces around them; what is to be told
/// of them, and the status that it comes to.
#[pyfunction]
#[pyo3(signature = (paths, *, workspace))]
fn projects_at(py: Python<'_>, paths: Vec<PathBuf>, workspace: bool) -> PyResult<(Vec<PathBuf>, String, u8)> {
    py.detach(|| guarded(|| cli::live::projects(paths, workspace)))?.map_err(PyValueError::new_err)
}

/// Folders of projects, each with whether this backend builds it, and archives.
type PathsBeside = (Vec<(PathBuf, bool)>, Vec<PathBuf>);

/// What the project at `root` requires that lies beside it.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a path of its own")]
fn siblings(py: Python<'_>, root: PathBuf) -> PyResult<PathsBeside> {
    let look = || {
        let workspace::Siblings { projects, archives } = workspace::siblings(&root);
        let with = |folder: PathBuf| {
            let is_ours = workspace::is_ours(&folder);
            (folder, is_ours)
        };
        let projects = projects.into_iter().map(with).collect();
        (projects, archives)
    };
    py.detach(|| guarded(look))
}

/// Keeps what the servers of the project at `root` answered, or holds it against what the project keeps; returns whether
/// it passes, that in a phrase, and lines that show it.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a path of its own")]
#[pyo3(signature = (root, session, *, check))]
fn record_live(
    py: Python<'_>,
    root: PathBuf,
    session: &str,
    check: bool,
) -> PyResult<(bool, String, Vec<String>)> {
    let kept = py.detach(|| guarded(|| cli::live::record(&root, session, check)))?;
    let kept = kept.map_err(PyValueError::new_err)?;
    Ok((kept.passes, kept.message, kept.details))
}

/// The known Pythons that a wheel admits, as `3.12`, the oldest first.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a path of its own")]
fn pythons_of(py: Python<'_>, wheel: PathBuf) -> PyResult<Vec<String>> {
    let look = || Inspection::at(&wheel).map(|inspection| inspection.project.pythons());
    let pythons =
        py.detach(|| guarded(look))?.map_err(|error: Error| PyValueError::new_err(error.to_string()))?;
    Ok(pythons.iter().map(ToString::to_string).collect())
}

/// The console scripts of a wheel, each with whether it may start a server.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a path of its own")]
fn scripts_of(py: Python<'_>, wheel: PathBuf) -> PyResult<Vec<(String, bool)>> {
    let look = || {
        let inspection = Inspection::at(&wheel)?;
        let scripts = inspection.scripts().into_iter();
        Ok(scripts.map(|(name, may_start)| (name.to_owned(), may_start)).collect())
    };
    py.detach(|| guarded(look))?.map_err(|error: Error| PyValueError::new_err(error.to_string()))
}

/// What the lock of a project installs on a platform with a Python: exact requirements.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "PyO3 makes a path and a text of its own")]
fn pins_for(py: Python<'_>, root: PathBuf, platform: String, python: String) -> PyResult<Vec<String>> {
    let look = || cli::vendor::pins_for(&root, &platform, &python);
    py.detach(|| guarded(look))?.map_err(|error: Error| PyValueError::new_err(error.to_string()))
}

/// Where the text will be read: whether in colour, and whether drawn in Unicode.
fn seen((color, unicode): (bool, bool)) -> TerminalStyle {
    TerminalStyle { color, unicode, ..TerminalStyle::default() }
}

/// Reads the frontend's `config_settings`; what is not known is told, as pip hands one project's settings to all.
fn read(root: &std::path::Path, config: Option<&Bound<'_, PyDict>>) -> PyResult<ConfigSettings> {
    let mut read = ConfigSettings::default();
    for (key, value) in config.into_iter().flatten() {
        let (key, value) = (key.to_string(), last(&value)?);
        if key != "check" {
            read.notices.push(format!(
                "warning: the build setting `{key}` is not known; mcp-backend knows `check`\n"
            ));
            continue;
        }
        read.check = Check::parse(&value).ok_or_else(|| {
            let fault = format!("`-C check={value}` is not known; write `off`, `warn`, `error` or `strict`");
            failed(&Error::Usage { path: root.to_path_buf(), fault })
        })?;
    }
    Ok(read)
}

/// The value of a setting; the last one of a setting that was given twice, which comes as a list.
fn last(value: &Bound<'_, PyAny>) -> PyResult<String> {
    match value.cast::<PyList>() {
        Ok(list) if !list.is_empty() => Ok(list.get_item(list.len() - 1)?.to_string()),
        _ => Ok(value.to_string()),
    }
}

fn run(
    py: Python<'_>,
    asked: &HookCall,
    hook: impl Fn(&Request<'_>) -> Result<Outcome, Error> + Send + Sync,
) -> PyResult<Built> {
    let interrupted = || Python::attach(|py| py.check_signals().is_err());
    let HookCall { root, out, metadata, .. } = asked;
    let request = Request {
        root,
        out,
        check: asked.config.check,
        epoch: backend::epoch(),
        metadata: metadata.as_deref(),
        interrupted: &interrupted,
    };
    match py.detach(|| guarded(|| hook(&request)))? {
        Ok(Outcome::Built(name, report)) => {
            let mut notices = asked.config.notices.concat();
            notices += &shown(&report, asked.look);
            Ok((name, notices))
        }
        Ok(Outcome::Refused(report)) => Err(refused(py, &report, asked.look)?),
        Err(Error::Interrupted { .. }) => Err(PyKeyboardInterrupt::new_err(())),
        Err(error) => Err(failed(&error)),
    }
}

fn shown(report: &Report, look: TerminalStyle) -> String {
    if report.diagnostics().is_empty() { String::new() } else { render(report, Format::Full, look) }
}

/// The exception for a refused build.
fn refused(py: Python<'_>, report: &Report, look: TerminalStyle) -> PyResult<PyErr> {
    let json = render(report, Format::Json, look);
    let findings = py.import("json")?.call_method1("loads", (json,))?.get_item("findings")?;
    let error = BuildError::new_err(shown(report, look).trim_end().to_owned());
    error.value(py).setattr("diagnostics", findings)?;
    Ok(error)
}

/// The exception for a build that the world stopped.
fn failed(error: &Error) -> PyErr {
    let raised = BuildError::new_err(format!("error: {error}"));
    Python::attach(|py| {
        let set = raised.value(py).setattr("diagnostics", PyList::empty(py));
        set.map_or_else(|other| other, |()| raised)
    })
}

/// What `work` returns; a panic in it becomes a `RuntimeError` that asks for a report.
fn guarded<T>(work: impl FnOnce() -> T) -> PyResult<T> {
    std::panic::set_hook(Box::new(|_| {}));
    let result = catch_unwind(AssertUnwindSafe(work));
    drop(std::panic::take_hook());
    result.map_err(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        PyRuntimeError::new_err(format!("internal error in mcp-backend, please report it: {said}"))
    })
}
