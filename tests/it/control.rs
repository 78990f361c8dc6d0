//! What a project says of the rules: their levels, and where they are silent.

use mcp_backend::cli;
use mcp_backend::render::TerminalStyle;

use crate::healthy::{self, Files};

/// A project in which FIL002 finds an error and, in another file, a warning, MET023 a warning and VER001 an error that
/// stops every build; with `settings` of `[tool.mcp-backend]`.
fn project(settings: &str) -> Files {
    let mut files = healthy::files();
    let text = files["pyproject.toml"].replace("\"1.0.0\"", "\"one\"\nkeywords = [\"\"]");
    files.insert("pyproject.toml".to_owned(), format!("{text}\n[tool.mcp-backend]\n{settings}\n"));
    let text = format!(
        "{}\nfrom weather import tools\nfrom src.weather import tools\n",
        files["src/weather/server.py"]
    );
    files.insert("src/weather/server.py".to_owned(), text);
    files.insert("src/weather/tools.py".to_owned(), "def late():\n    import src.weather\n".to_owned());
    files
}

/// The findings as `CODE level`, in order of paths.
fn levels(settings: &str) -> Vec<String> {
    let report = healthy::report(&project(settings));
    let level = |finding: &mcp_backend::diagnostic::Diagnostic| {
        format!("{} {}", finding.card.code, finding.level.as_str())
    };
    report.diagnostics().iter().map(level).collect()
}

#[test]
fn a_level_goes_by_the_longest_name() {
    let [version, keyword, harm, late] = ["VER001 error", "MET023 warning", "FIL002 error", "FIL002 warning"];
    for (settings, expected) in [
        ("", vec![version, keyword, harm, late]),
        ("rules = { FIL = 'warning' }", vec![version, keyword, late, late]),
        ("rules = { FIL = 'off', MET = 'error' }", vec![version, "MET023 error"]),
        ("rules = { FIL002 = 'error', FIL = 'off' }", vec![version, keyword, harm, harm]),
        ("rules = { FIL = 'off', imports-src = 'error' }", vec![version, keyword, harm, harm]),
        ("rules = { FIL0 = 'error', FIL = 'off' }", vec![version, keyword, harm, harm]),
        // of two that say it as exactly, the last
        ("rules = { FIL002 = 'off', imports-src = 'warning' }", vec![version, keyword, late, late]),
        ("rules = { imports-src = 'warning', FIL002 = 'off' }", vec![version, keyword]),
        // an error that stops every build stays
        ("rules = { VER = 'off', VER001 = 'warning' }", vec![version, keyword, harm, late]),
    ] {
        assert_eq!(levels(settings), expected, "{settings}");
    }
}

#[test]
fn files_are_left_alone_by_rules_that_do_not_stop_every_build() {
    let [version, keyword, harm, late] = ["VER001 error", "MET023 warning", "FIL002 error", "FIL002 warning"];
    for (ignores, expected) in [
        ("'src/weather/tools.py' = ['FIL002']", vec![version, keyword, harm]),
        ("'src/weather/*.py' = ['imports-src']", vec![version, keyword]),
        ("'src' = ['FIL']", vec![version, keyword]),
        ("'src/*.py' = ['FIL']", vec!["FIL017 warning", version, keyword, harm, late]),
        ("'src/weather/*.py' = ['ENT']", vec![version, keyword, harm, late]),
        ("'pyproject.toml' = ['MET023', 'VER001', 'VER']", vec![version, harm, late]),
    ] {
        let mut found = levels(&format!("per-file-ignores = {{ {ignores} }}"));
        let mut expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{ignores}");
    }
}

#[test]
fn a_rule_that_is_off_speaks_when_it_is_named() {
    let mut files = healthy::files();
    let text = &files["pyproject.toml"];
    let text = text.replace("[\"mcp>=2.3,<3\"]", "[\"mcp>=2.3,<3\", \"pyyaml\"]");
    for (options, rules, told) in [
        (&[][..], "", 0),
        (&["--select", "DEP"], "", 0),
        (&["--select", "DEP013"], "", 1),
        (&["--select", "unused-dependency"], "", 1),
        (&["--select", "DEP013", "--ignore", "DEP013"], "", 0),
        (&["--select", "DEP013"], "DEP013 = 'off'", 0),
        (&[], "DEP013 = 'error'", 1),
        (&[], "DEP = 'error'", 0),
    ] {
        files.insert("pyproject.toml".to_owned(), format!("{text}\n[tool.mcp-backend.rules]\n{rules}\n"));
        let folder = tempfile::tempdir().expect("a temporary folder");
        healthy::lay(folder.path(), &files);
        let place = folder.path().to_str().expect("UTF-8");
        let arguments = ["check", place].into_iter().chain(options.iter().copied()).map(str::to_owned);
        let answer = cli::run(&arguments.collect::<Vec<_>>(), TerminalStyle::default(), &|| false);
        assert_eq!(answer.stdout.matches("[DEP013]").count(), told, "{options:?} {rules}: {}", answer.stdout);
    }
}
