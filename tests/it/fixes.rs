//! `check --fix` and `--diff`: what is mended stays mended, and nothing else changes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use mcp_backend::check::{Selection, Strictness};
use mcp_backend::cli::{self, CommandOutput};
use mcp_backend::diagnostic::Report;
use mcp_backend::fix::{self, Fix};
use mcp_backend::render::TerminalStyle;
use mcp_backend::rules;
use proptest::prelude::*;

use crate::examples::{examples, laid_over};
use crate::healthy::{self, Files};
use crate::literate::cases;
use crate::remedies::errors;

/// How often a rule found something.
fn counts(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for finding in report.diagnostics() {
        *counts.entry(finding.card.code).or_default() += 1;
    }
    counts
}

fn of(folder: &Path) -> Fix {
    fix::fix(folder, Strictness::Full, &Selection::default()).expect("the project can be read")
}

fn check(folder: &Path, options: &[&str]) -> CommandOutput {
    let place = folder.to_str().expect("UTF-8");
    let arguments: Vec<_> = ["check", place].iter().chain(options).map(|word| (*word).to_owned()).collect();
    cli::run(&arguments, TerminalStyle::default(), &|| false)
}

/// Why the fix of a project is no good.
fn fault(files: &Files) -> Option<String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), files);
    let before = healthy::report(files);
    let edited =
        |report: &Report| report.diagnostics().iter().filter(|finding| !finding.edits.is_empty()).count();
    let first = of(folder.path());
    first.write().expect("the fix can be written");
    let second = of(folder.path());
    let (old, new) = (counts(&before), counts(&first.report));
    let more = new.iter().find(|(code, count)| old.get(*code).is_none_or(|before| before < count));
    if let Some((code, _)) = more {
        return Some(format!("brings more of {code}: {:#?}", healthy::lines(&first.report)));
    }
    if edited(&first.report) > 0 {
        return Some(format!("leaves what it could mend: {:#?}", healthy::lines(&first.report)));
    }
    if second.changed() > 0 {
        return Some(format!("changes more the second time: {}", second.diff()));
    }
    if healthy::lines(&second.report) != healthy::lines(&first.report) {
        return Some(format!(
            "told {:#?} and left {:#?}",
            healthy::lines(&first.report),
            healthy::lines(&second.report)
        ));
    }
    (edited(&before) > 0 && first.fixed == 0).then(|| "changes nothing".to_owned())
}

#[test]
fn every_example_with_edits_is_mended_for_good() {
    let mut mended = 0;
    for rule in rules::ALL.iter() {
        let page = rule.card.page();
        let files = laid_over(examples(&page).0);
        mended += usize::from(healthy::report(&files).diagnostics().iter().any(|one| !one.edits.is_empty()));
        assert_eq!(fault(&files), None, "{}", rule.card.code);
    }
    assert!(mended > 3, "{mended} examples carry edits");
}

#[test]
fn no_fix_of_a_case_leaves_an_error_that_was_not_there() {
    let mut wrong = Vec::new();
    for rule in rules::ALL.iter() {
        for (heading, files) in cases(rule.card.name) {
            let before = healthy::report(&files);
            if before.diagnostics().iter().all(|finding| finding.edits.is_empty()) {
                continue;
            }
            let folder = tempfile::tempdir().expect("a temporary folder");
            healthy::lay(folder.path(), &files);
            let (old, fix) = (errors(&before), of(folder.path()));
            if errors(&fix.report).iter().any(|(code, count)| old.get(code).is_none_or(|old| old < count)) {
                wrong.push(format!("{} {heading}: {:#?}", rule.card.name, healthy::lines(&fix.report)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A project with faults that meet in one place, and with lines that end as on Windows.
fn project() -> Files {
    let mut files = healthy::files();
    let text = files["pyproject.toml"].replace(
        "license = \"MIT\"\n",
        "license = \"MIT\"\nclassifiers = [\n  \"License :: OSI Approved :: MIT License\", # why\n  \
         \"License :: OSI Approved :: MIT License\",\n  \"Topic :: software development\",\n]\nkeywords = [\"\", \"a\"]\n",
    );
    files.insert("pyproject.toml".to_owned(), format!("\u{feff}{}", text.replace('\n', "\r\n")));
    files
}

#[test]
fn what_meets_is_mended_in_rounds_and_lines_end_as_they_did() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &project());
    let answer = check(folder.path(), &["--fix"]);
    assert_eq!((answer.status, answer.stdout.as_str()), (0, "no findings\n"));
    assert_eq!(answer.stderr, "fixed 4 findings in 1 file\n");
    let text = fs::read_to_string(folder.path().join("pyproject.toml")).expect("read");
    let expected = project()["pyproject.toml"]
        .replace("  \"License :: OSI Approved :: MIT License\", # why\r\n", "  # why\r\n")
        .replace("  \"License :: OSI Approved :: MIT License\",\r\n", "")
        .replace("software development", "Software Development")
        .replace("[\"\", \"a\"]", "[\"a\"]");
    assert_eq!(text, expected);
    assert_eq!(check(folder.path(), &["--fix"]).stderr, "fixed nothing\n");
}

#[test]
fn a_diff_writes_nothing_and_says_by_its_status_that_it_would() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = project();
    healthy::lay(folder.path(), &files);
    let both = check(folder.path(), &["--fix", "--diff"]);
    let answer = check(folder.path(), &["--diff", "--format", "json"]);
    assert_eq!(both, answer);
    assert_eq!((answer.status, answer.stderr.as_str()), (1, "would fix 4 findings in 1 file\n"));
    assert!(answer.stdout.starts_with("--- pyproject.toml\n+++ pyproject.toml\n@@ -"), "{}", answer.stdout);
    assert!(
        answer.stdout.contains("\n-keywords = [\"\", \"a\"]\r\n+keywords = [\"a\"]\r\n"),
        "{}",
        answer.stdout
    );
    let text = fs::read_to_string(folder.path().join("pyproject.toml")).expect("read");
    assert_eq!(text, files["pyproject.toml"]);
    check(folder.path(), &["--fix"]);
    let clean = check(folder.path(), &["--diff"]);
    assert_eq!((clean.status, clean.stdout.as_str()), (0, ""));
}

#[test]
fn only_what_is_selected_is_mended() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &project());
    let answer = check(folder.path(), &["--fix", "--select", "MET023"]);
    assert_eq!(answer.stderr, "fixed 1 finding in 1 file\n");
    let text = fs::read_to_string(folder.path().join("pyproject.toml")).expect("read");
    assert_eq!(text, project()["pyproject.toml"].replace("[\"\", \"a\"]", "[\"a\"]"));
}

#[test]
fn what_is_silenced_is_not_mended() {
    let mut files = healthy::files();
    let text = files["pyproject.toml"].replace(
        "license = \"MIT\"\n",
        "license = \"MIT\"\nkeywords = [\"\"] # mcp-backend: ignore[MET023]\n",
    );
    files.insert("pyproject.toml".to_owned(), text);
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    assert_eq!(check(folder.path(), &["--fix"]).stderr, "fixed nothing\n");
}

#[test]
fn an_unused_comment_goes_and_its_line_stays() {
    let mut files = healthy::files();
    let text = "\
from . import server  # mcp-backend: ignore[FIL002] why

# mcp-backend: ignore[FIL002]
x = 1  # noqa # mcp-backend: ignore[FIL002] # type: ignore
from src.weather import server  # mcp-backend: ignore[ENT003, FIL002, FIL003, ENT006] why
";
    files.insert("src/weather/__init__.py".to_owned(), text.to_owned());
    assert_eq!(fault(&files), None);
    let folder = tempfile::tempdir().expect("a temporary folder");
    healthy::lay(folder.path(), &files);
    of(folder.path()).write().expect("written");
    let expected = "\
from . import server

x = 1  # noqa # type: ignore
from src.weather import server  # mcp-backend: ignore[FIL002] why
";
    assert_eq!(fs::read_to_string(folder.path().join("src/weather/__init__.py")).expect("read"), expected);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// Whatever the lists hold and however they are laid out, the fix is TOML and is final.
    #[test]
    fn any_lists_are_mended_for_good(
        items in prop::collection::vec((0..7_usize, 0..4_usize), 0..8),
        dynamic in prop::collection::vec(prop::sample::select(&["'version'", "'version' ", "'readme'", "'name'"]), 0..4),
    ) {
        let words = [
            "''", "'License :: OSI Approved :: MIT License'", "'Topic :: software development'", "'Typing :: Typed'",
            "\"Framework :: MCP\"", "'Natural Language :: english'", "'Private :: No'",
        ];
        let between = [", ", ",\n  ", ", # why\n", "\n , "];
        let list: String = items.iter().map(|(word, end)| words[*word].to_owned() + between[*end]).collect();
        let mut files = healthy::files();
        let text = files["pyproject.toml"].replace(
            "license = \"MIT\"\n",
            &format!("license = \"MIT\"\nclassifiers = [{list}]\nkeywords = [{list}]\ndynamic = [{}]\n", dynamic.join(",")),
        );
        files.insert("pyproject.toml".to_owned(), text);
        prop_assert_eq!(fault(&files), None);
    }
}

#[test]
fn a_secret_in_an_edited_file_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut files = project();
    let secret = "# fc-d94f2a7b06e85c13a1f9047ec3b8265d\n";
    files.entry("pyproject.toml".to_owned()).and_modify(|text| text.push_str(secret));
    healthy::lay(folder.path(), &files);
    let fix = of(folder.path());
    assert!(fix.changed() > 0);
    fix.write().expect("the fix can be written");
    let text = fs::read_to_string(folder.path().join("pyproject.toml")).expect("it is there");
    assert!(text.ends_with(secret), "{text}");
}

/// The readme or the file of a registry, before and after.
#[test]
fn what_the_project_tells_of_itself_is_mended_in_place() {
    let server = "{\n\t\"name\":\"io.github.you/weather\", \"version\" : \"0.9\",\n\t\"packages\": [\n\t\t{\"registryType\": \"pypi\", \
                  \"identifier\": \"weather\", \"version\": \"0.9\"}]}\r\n";
    let marker = "<!-- mcp-name: io.github.you/weather -->\n";
    let settings = "~~~json\n{\"command\": \"uvx\", \"args\": [\"serve\"]}\n~~~\n";
    let cases: [(&str, &str, &str, String); 6] = [
        ("server.json", server, "server.json", server.replace("0.9", "1.0.0")),
        ("server.json", server, "README.md", format!("{}\n{marker}", healthy::files()["README.md"])),
        ("README.md", "[a](src/weather/server.py#L1) ![b](LICENSE.png)\n", "README.md", {
            let base = "https://github.com/you/weather";
            format!("[a]({base}/blob/HEAD/src/weather/server.py#L1) ![b]({base}/raw/HEAD/LICENSE.png)\n")
        }),
        (
            "README.md",
            "Run `uvx weather-mcp@latest`.\n",
            "README.md",
            "Run `uvx weather@latest`.\n".to_owned(),
        ),
        (
            "README.md",
            settings,
            "README.md",
            settings.replace("\"serve\"", "\"--from\", \"weather\", \"serve\""),
        ),
        ("README.md", "`python -m weather`\n", "src/weather/__main__.py", {
            "\"\"\"What `python -m weather` runs.\"\"\"\n\nimport sys\n\nfrom weather.server import main\n\n\
             if __name__ == \"__main__\":\n    sys.exit(main())\n"
                .to_owned()
        }),
    ];
    for (path, text, mended, expected) in cases {
        let mut files = healthy::files();
        let description = files["pyproject.toml"]
            .replace("https://example.org/weather", "https://github.com/you/weather")
            .replace(
                "weather = \"weather.server:main\"",
                "weather = \"weather.server:main\"\nserve = \"weather.server:main\"",
            );
        files.insert("pyproject.toml".to_owned(), description);
        files.insert(".git/HEAD".to_owned(), "ref: refs/heads/main\n".to_owned());
        files.insert("LICENSE.png".to_owned(), "x\n".to_owned());
        files.insert(path.to_owned(), text.to_owned());
        let folder = tempfile::tempdir().expect("a temporary folder");
        healthy::lay(folder.path(), &files);
        of(folder.path()).write().expect("the fix can be written");
        let found = fs::read_to_string(folder.path().join(mended)).expect("it is there");
        assert_eq!(found, expected, "{text}");
        assert_eq!(fault(&files), None, "{text}");
    }
}
