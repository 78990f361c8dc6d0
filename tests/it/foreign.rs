//! Projects of other backends: `check` says what is wrong with them, and what a change to this one takes.

use crate::healthy::{self, Files};

/// The healthy server, built by another backend.
fn built_by(backend: &str) -> Files {
    let mut files = healthy::files();
    let text = files["pyproject.toml"]
        .replace("[\"mcp-backend\"]", "[\"other\"]")
        .replace("\"mcp_backend\"", &format!("\"{backend}\""));
    files.insert("pyproject.toml".to_owned(), text);
    files
}

/// The files with those below `src` at the root.
fn flat(files: Files) -> Files {
    let at_root = |path: String| path.strip_prefix("src/").map(str::to_owned).unwrap_or(path);
    files.into_iter().map(|(path, text)| (at_root(path), text)).collect()
}

const BACKENDS: [&str; 3] = ["hatchling.build", "setuptools.build_meta", "poetry.core.masonry.api"];

fn told(files: &Files) -> Vec<String> {
    healthy::lines(&healthy::report(files))
}

#[test]
fn a_healthy_project_is_clean_whatever_builds_it() {
    for backend in BACKENDS {
        assert_eq!(told(&built_by(backend)), Vec::<String>::new(), "{backend}");
    }
}

#[test]
fn a_flat_layout_is_a_warning_before_switching() {
    for backend in BACKENDS {
        let report = healthy::report(&flat(built_by(backend)));
        assert_eq!(
            healthy::lines(&report),
            ["pyproject.toml:6:8: warning[FIL001] `weather` lies at the project's root, not in `src`"]
        );
        let help = report.diagnostics()[0].help.as_deref();
        assert_eq!(help, Some("before switching to mcp-backend: `mcp-backend migrate` does what that takes"));
    }
}

#[test]
fn what_lies_at_the_root_is_looked_at() {
    let mut files = flat(built_by("hatchling.build"));
    let text = files["weather/server.py"].replace("def main()", "async def main()");
    files.insert("weather/server.py".to_owned(), text);
    files.insert("weather/deep/er/my-tool.py".to_owned(), String::new());
    files.insert("weather/deep/__init__.py".to_owned(), String::new());
    files.insert("weather/deep/er/__init__.py".to_owned(), String::new());
    let lines = told(&files);
    assert!(lines.iter().any(|line| line.contains("error[ENT003]")), "{lines:#?}");
    assert!(
        lines.iter().any(|line| line.starts_with("weather/deep/er/my-tool.py: warning[FIL006]")),
        "{lines:#?}"
    );
}

#[test]
fn what_another_backend_may_find_is_not_missing() {
    let mut files = flat(built_by("hatchling.build"));
    let text = files["pyproject.toml"].replace("weather.server:main", "forecasts.main:run");
    files.insert("pyproject.toml".to_owned(), text + "\n[tool.hatch.build.hooks.custom]\n");
    files.insert("lib/forecasts/main.py".to_owned(), "def run() -> None: ...\n".to_owned());
    assert!(told(&files).iter().all(|line| !line.contains("error[")), "{:#?}", told(&files));
}

#[test]
fn other_names_and_no_modules_are_warnings_before_switching() {
    let mut files = built_by("hatchling.build");
    let text = files["pyproject.toml"].replace("name = \"weather\"", "name = \"weather-mcp\"");
    files.insert("pyproject.toml".to_owned(), text.clone());
    let lines = told(&files);
    assert!(lines.iter().any(|line| line.contains("warning[NAM001]")), "{lines:#?}");
    assert!(lines.iter().all(|line| !line.contains("error[")), "{lines:#?}");
    files.retain(|path, _| !path.starts_with("src/"));
    let lines = told(&files);
    assert!(lines.iter().any(|line| line.contains("warning[FIL010]")), "{lines:#?}");
    assert!(lines.iter().all(|line| !line.contains("error[")), "{lines:#?}");
    // the same is refused where this backend is to build it
    files.insert("pyproject.toml".to_owned(), text.replace("[\"other\"]", "[\"mcp-backend\"]"));
    assert!(told(&files).iter().any(|line| line.contains("error[FIL010]")));
}

#[test]
fn poetry_without_project_is_one_statement() {
    let mut files = flat(built_by("poetry.core.masonry.api"));
    let table = "[tool.poetry]\nname = \"weather\"\nversion = \"1.0.0\"\n\n[tool.poetry.dependencies]\npython = \"^3.10\"\n";
    let build_system =
        "[build-system]\nrequires = [\"poetry-core\"]\nbuild-backend = \"poetry.core.masonry.api\"\n";
    files.insert("pyproject.toml".to_owned(), format!("{table}\n{build_system}"));
    let expected = "[MET019] the project is described in `[tool.poetry]` alone, which only Poetry reads";
    assert_eq!(told(&files), [format!("pyproject.toml:1:1: warning{expected}")]);
    // what Poetry does not build is no project at all
    files.insert("pyproject.toml".to_owned(), table.to_owned());
    assert!(told(&files).contains(&format!("pyproject.toml:1:1: error{expected}")), "{:#?}", told(&files));
}

/// The server of the old kind, which the newest `mcp` does not start.
const OLD: &str = "from mcp.server.fastmcp import FastMCP\n\nmcp = FastMCP(\"weather\")\n\n\ndef main() -> None:\n    mcp.run()\n";

#[test]
fn the_layout_hides_no_fault() {
    for backend in BACKENDS {
        let mut files = flat(built_by(backend));
        files.insert("weather/server.py".to_owned(), OLD.to_owned());
        let text = files["pyproject.toml"].replace("mcp>=2.3,<3", "mcp>=1.23");
        files.insert("pyproject.toml".to_owned(), text);
        let lines = told(&files);
        assert!(lines[0].contains("error[DEP004]"), "{backend}: {lines:#?}");
        assert!(lines.last().expect("a line").contains("warning[FIL001]"), "{backend}: {lines:#?}");
    }
}

#[test]
fn a_script_of_setuptools_alone_is_read() {
    let mut files = flat(healthy::files());
    files.remove("pyproject.toml");
    files.insert("weather/server.py".to_owned(), OLD.to_owned());
    let setup = "from setuptools import find_packages, setup\n\nsetup(\n    name=\"weather\",\n    version=\"1.0.0\",\n    packages=find_packages(),\n    \
                 install_requires=[\"mcp>=1.23\"],\n    entry_points={\"console_scripts\": [\"weather = weather.server:main\"]},\n)\n";
    files.insert("setup.py".to_owned(), setup.to_owned());
    let lines = told(&files);
    assert!(lines[0].starts_with("setup.py:1:1: error[DEP004]"), "{lines:#?}");
    let report = healthy::report(&files);
    let help = report.diagnostics()[0].help.as_deref();
    assert!(help.is_some_and(|help| help.contains("write `mcp>=1.23,<2`")), "{help:?}");
    assert!(report.diagnostics().iter().all(|finding| finding.edits.is_empty()));
}

#[test]
fn several_faults_of_a_switch_are_one_line_at_the_end() {
    let mut files = built_by("hatchling.build");
    let text = files["pyproject.toml"].clone();
    let settings = "\n[tool.hatch.build.targets.wheel]\npackages = [\"src/weather\"]\n\n[tool.mcp-backend]\nmodule-name = [\"climate\", \"sky\"]\n";
    files.insert("pyproject.toml".to_owned(), text + settings);
    let report = healthy::report(&files);
    let switching = report.diagnostics().iter().filter(|finding| finding.of_switching).count();
    assert_eq!(switching, 1, "{:#?}", healthy::lines(&report));
}
