//! Whole reports in every format, and hostile ones.

use std::sync::Arc;

use proptest::prelude::*;

use super::*;
use crate::diagnostic::{Card, Diagnostic, Enforcement, Harm, Level};
use crate::text::{SourceText, Span};

static NOT_DEFINED: Card = Card {
    code: "ENT002",
    name: "entry-point-not-defined",
    level: Level::Error,
    harm: Some(Harm::Start),
    reach: Enforcement::Author,
    strict: false,
    on_request: false,
    doc: " ## What it does\n Checks that entry points lead\n somewhere. All of them.\n\n ## Why is this bad?\n They would crash.\n",
};
static MISSING: Card = Card {
    code: "MET001",
    name: "licence-missing",
    level: Level::Warning,
    harm: None,
    reach: Enforcement::Author,
    strict: false,
    on_request: false,
    doc: "",
};

const PROJECT: &str = "[project]\nname = \"weather\"\n[project.scripts]\nweather = \"weather.server:run\"\n";
const SERVER: &str = "import mcp\n\ndef main() -> None:\n    pass\n";

fn source(path: &str, text: &str) -> Arc<SourceText> {
    Arc::new(SourceText::new(RelPath::new(path), text.to_owned()))
}

fn at(path: &str, text: &str, part: &str) -> Location {
    let start = text.find(part).expect("the part stands in the text");
    Location::span(&RelPath::new(path), Span::new(start, start + part.len()))
}

fn entry_point() -> Diagnostic {
    let value = at("pyproject.toml", PROJECT, "\"weather.server:run\"");
    let (path, span) = (value.path.clone(), value.span.expect("a stretch"));
    NOT_DEFINED
        .at(value, "entry point `weather` names `weather.server:run`, which is not defined")
        .related(at("src/weather/server.py", SERVER, "main"), "the only function that could be meant")
        .help("write `weather.server:main`")
        .edit(&path, span, "\"weather.server:main\"")
}

fn whole() -> Diagnostic {
    MISSING.at(Location::whole(&RelPath::new("src/we ird")), "no licence").help("add `LICENSE`\nand name it")
}

fn report() -> Report {
    let sources = [source("pyproject.toml", PROJECT), source("src/weather/server.py", SERVER)];
    Report::new(vec![entry_point(), whole()], sources)
}

fn plain(report: &Report) -> String {
    render(report, Format::Full, TerminalStyle::default())
}

/// The full picture of one finding that marks `part` of `text`.
fn marked(text: &str, part: &str) -> String {
    let finding = NOT_DEFINED.at(at("a.py", text, part), "odd");
    plain(&Report::new(vec![finding], [source("a.py", text)]))
}

#[test]
fn full_shows_places_and_remedies() {
    let expected = r#"
error[ENT002]: entry point `weather` names `weather.server:run`, which is not defined
 --> pyproject.toml:4:11
  |
4 | weather = "weather.server:run"
  |           ^^^^^^^^^^^^^^^^^^^^
  |
 ::: src/weather/server.py:3:5
  |
3 | def main() -> None:
  |     ---- the only function that could be meant
help: write `weather.server:main`
      https://mcp-backend.github.io/mcp-backend/rules/ENT002.html

warning[MET001]: no licence
  --> src/we ird
help: add `LICENSE`
      and name it
      https://mcp-backend.github.io/mcp-backend/rules/MET001.html

1 error, 1 warning
"#;
    assert_eq!(plain(&report()), expected.trim_start());
}

#[test]
fn full_draws_in_unicode() {
    let expected = r"
error[ENT002]: odd
  ╭▸ a.py:2:1
  │
2 │ second
  ╰╴━━━━━━
help: https://mcp-backend.github.io/mcp-backend/rules/ENT002.html

1 error
";
    let finding = NOT_DEFINED.at(at("a.py", "first\nsecond\n", "second"), "odd");
    let report = Report::new(vec![finding], [source("a.py", "first\nsecond\n")]);
    let look = TerminalStyle { unicode: true, ..TerminalStyle::default() };
    assert_eq!(render(&report, Format::Full, look), expected.trim_start());
}

#[test]
fn full_colours_when_asked() {
    let colored = render(&report(), Format::Full, TerminalStyle { color: true, ..TerminalStyle::default() });
    assert!(colored.starts_with("\u{1b}["), "{colored}");
    assert!(!plain(&report()).contains('\u{1b}'));
}

#[test]
fn full_links_the_code_where_it_can() {
    let shown = render(&report(), Format::Full, TerminalStyle { links: true, ..TerminalStyle::default() });
    let link = "\u{1b}]8;;https://mcp-backend.github.io/mcp-backend/rules/ENT002.html\u{1b}\\ENT002\u{1b}]8;;\u{1b}\\";
    assert!(shown.contains(link), "{shown:?}");
    assert_eq!(shown.matches("https://").count(), 2, "{shown:?}");
}

#[test]
fn full_tells_a_page_once() {
    let again = NOT_DEFINED.at(Location::whole(&RelPath::new("b")), "odd");
    let shown = plain(&Report::new(vec![entry_point(), again], []));
    assert_eq!(shown.matches("https://").count(), 1, "{shown}");
    assert!(shown.starts_with("error[ENT002]: odd\n  --> b\nhelp: https://"), "{shown}");
}

#[test]
fn full_says_nothing_of_nothing() {
    assert_eq!(plain(&Report::default()), "");
}

#[test]
fn full_notes_a_place_without_text() {
    let finding = whole().related(Location::whole(&RelPath::root()), "here it belongs");
    let expected = r"
warning[MET001]: no licence
  --> src/we ird
   = note: .: here it belongs
help: add `LICENSE`
      and name it
      https://mcp-backend.github.io/mcp-backend/rules/MET001.html

1 warning
";
    assert_eq!(plain(&Report::new(vec![finding], [])), expected.trim_start());
}

#[test]
fn full_counts_in_plural() {
    let second = NOT_DEFINED.at(Location::whole(&RelPath::new("b")), "odd");
    let shown = plain(&Report::new(vec![entry_point(), second], []));
    assert!(shown.ends_with("\n\n2 errors\n"), "{shown}");
}

#[test]
fn excerpts_keep_lines_and_columns() {
    for (text, part, expected) in [
        ("a\r\n\tbc = 1\r\n", "bc", "a.py:2:2\n  |\n2 |     bc = 1\n  |     ^^\n"),
        ("雪 = bc\n", "bc", "a.py:1:5\n  |\n1 | 雪 = bc\n  |      ^^\n"),
        ("\u{1b}[2J bc\n", "bc", "a.py:1:6\n  |\n1 | ␛[2J bc\n  |      ^^\n"),
        ("\u{202e} bc\n", "bc", "a.py:1:3\n  |\n1 | \u{fffd} bc\n  |   ^^\n"),
        ("a\nbc\n", "bc\n", "a.py:2:1\n  |\n2 | bc\n  | ^^\n"),
        ("a\nbc\nd\n", "bc\nd", "a.py:2:1\n  |\n2 | / bc\n3 | | d\n  | |_^\n"),
    ] {
        let shown = marked(text, part);
        let picture =
            shown.split_once("--> ").map(|(_, rest)| rest.split("\nhelp: ").next().unwrap_or_default());
        assert_eq!(
            picture.map(|picture| format!("{picture}\n")).as_deref(),
            Some(expected),
            "{text:?}\n{shown}"
        );
    }
}

#[test]
fn excerpts_of_long_stretches_mark_the_first_line() {
    let text = "x\n".repeat(20);
    let shown = marked(&text, &text);
    assert!(shown.contains("1 | x\n  | ^\n"), "{shown}");
    assert!(!shown.contains("2 |"), "{shown}");
}

#[test]
fn excerpts_of_long_lines_stay_small() {
    let tail = "x".repeat(5_000_000);
    let text = format!("{}key = {tail}\n", "\n".repeat(8));
    let shown = marked(&text, "key");
    assert!(shown.contains("a.py:9:1\n") && shown.contains("9 | key = xxx"), "{shown}");
    assert!(shown.len() < 1000, "{}", shown.len());
    let wide = marked(&text, &tail);
    assert!(wide.len() < 1000, "{}", wide.len());
    let several = marked(&format!("a{tail}\n{tail}b"), &format!("{tail}\n{tail}b"));
    assert!(several.len() < 2000, "{}", several.len());
    let right = marked(&format!("{}key\nx\n", " y".repeat(1500)), "key\nx");
    assert!(right.contains("a.py:1:3001\n") && right.contains("key\n") && right.contains("^^^\n"), "{right}");
    assert!(right.len() < 1000, "{right}");
    let far = marked(&format!("{tail}key"), "key");
    assert!(far.starts_with("error[ENT002]: odd\n  --> a.py:1:5000001\nhelp: https://"), "{far}");
}

#[test]
fn concise_takes_a_line_each() {
    let expected = "\
pyproject.toml:4:11: error[ENT002] entry point `weather` names `weather.server:run`, which is not defined
src/we ird: warning[MET001] no licence
";
    assert_eq!(render(&report(), Format::Concise, TerminalStyle::default()), expected);
    let hostile = NOT_DEFINED.at(Location::whole(&RelPath::new("a\nb\u{1b}")), "one\r\ntwo");
    let report = Report::new(vec![hostile], []);
    assert_eq!(render(&report, Format::Concise, TerminalStyle::default()), "a␊b␛: error[ENT002] one␍␊two\n");
}

#[test]
fn json_holds_every_field() {
    let expected = r#"{
  "version": 1,
  "refused": true,
  "findings": [
    {
      "code": "ENT002",
      "name": "entry-point-not-defined",
      "level": "error",
      "message": "entry point `weather` names `weather.server:run`, which is not defined",
      "path": "pyproject.toml",
      "start": {
        "line": 4,
        "column": 11
      },
      "end": {
        "line": 4,
        "column": 31
      },
      "help": "write `weather.server:main`",
      "url": "https://mcp-backend.github.io/mcp-backend/rules/ENT002.html",
      "related": [
        {
          "path": "src/weather/server.py",
          "start": {
            "line": 3,
            "column": 5
          },
          "end": {
            "line": 3,
            "column": 9
          },
          "message": "the only function that could be meant"
        }
      ],
      "edits": [
        {
          "path": "pyproject.toml",
          "start": {
            "line": 4,
            "column": 11
          },
          "end": {
            "line": 4,
            "column": 31
          },
          "content": "\"weather.server:main\""
        }
      ]
    }
  ]
}
"#;
    let report = Report::new(vec![entry_point()], report().diagnostics().iter().filter_map(|_| None));
    assert!(
        !render(&report, Format::Json, TerminalStyle::default()).contains("\"column\": 11"),
        "no text, no columns"
    );
    let sources = [source("pyproject.toml", PROJECT), source("src/weather/server.py", SERVER)];
    let report = Report::new(vec![entry_point()], sources);
    assert_eq!(render(&report, Format::Json, TerminalStyle::default()), expected);
}

#[test]
fn json_of_nothing_is_an_empty_list() {
    let expected = "{\n  \"version\": 1,\n  \"refused\": false,\n  \"findings\": []\n}\n";
    assert_eq!(render(&Report::default(), Format::Json, TerminalStyle::default()), expected);
}

#[test]
fn github_speaks_in_commands() {
    let expected = "\
::error file=pyproject.toml,line=4,col=11,endLine=4,endColumn=31,title=ENT002 entry-point-not-defined::\
entry point `weather` names `weather.server:run`, which is not defined%0Ahelp: write `weather.server:main`%0Ahttps://mcp-backend.github.io/mcp-backend/rules/ENT002.html
::warning file=src/we ird,title=MET001 licence-missing::no licence%0Ahelp: add `LICENSE`%0Aand name it%0Ahttps://mcp-backend.github.io/mcp-backend/rules/MET001.html
";
    assert_eq!(render(&report(), Format::Github, TerminalStyle::default()), expected);
}

#[test]
fn github_leaves_columns_out_over_several_lines() {
    let finding = NOT_DEFINED.at(at("a.py", "a\nbc\nd\n", "bc\nd"), "odd");
    let report = Report::new(vec![finding], [source("a.py", "a\nbc\nd\n")]);
    let expected = "::error file=a.py,line=2,endLine=3,title=ENT002 entry-point-not-defined::odd%0Ahttps://mcp-backend.github.io/mcp-backend/rules/ENT002.html\n";
    assert_eq!(render(&report, Format::Github, TerminalStyle::default()), expected);
}

#[test]
fn sarif_points_rules_places_and_fixes() {
    let log: serde_json::Value =
        serde_json::from_str(&render(&report(), Format::Sarif, TerminalStyle::default())).expect("JSON");
    let run = &log["runs"][0];
    let rule = &run["tool"]["driver"]["rules"][0];
    for (pointer, expected) in [
        ("/id", "ENT002"),
        ("/name", "entry-point-not-defined"),
        ("/helpUri", "https://mcp-backend.github.io/mcp-backend/rules/ENT002.html"),
        ("/shortDescription/text", "Checks that entry points lead somewhere."),
        ("/fullDescription/text", "Checks that entry points lead somewhere. All of them."),
        ("/defaultConfiguration/level", "error"),
    ] {
        assert_eq!(rule.pointer(pointer).and_then(serde_json::Value::as_str), Some(expected), "{pointer}");
    }
    let expected = serde_json::json!([
        {
            "ruleId": "ENT002",
            "ruleIndex": 0,
            "level": "error",
            "message": { "text": "entry point `weather` names `weather.server:run`, which is not defined\nhelp: write `weather.server:main`" },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "pyproject.toml", "uriBaseId": "%SRCROOT%" },
                "region": { "startLine": 4, "startColumn": 11, "endLine": 4, "endColumn": 31 },
            } }],
            "relatedLocations": [{
                "id": 1,
                "message": { "text": "the only function that could be meant" },
                "physicalLocation": {
                    "artifactLocation": { "uri": "src/weather/server.py", "uriBaseId": "%SRCROOT%" },
                    "region": { "startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 9 },
                },
            }],
            "fixes": [{
                "description": { "text": "write `weather.server:main`" },
                "artifactChanges": [{
                    "artifactLocation": { "uri": "pyproject.toml", "uriBaseId": "%SRCROOT%" },
                    "replacements": [{
                        "deletedRegion": { "startLine": 4, "startColumn": 11, "endLine": 4, "endColumn": 31 },
                        "insertedContent": { "text": "\"weather.server:main\"" },
                    }],
                }],
            }],
        },
        {
            "ruleId": "MET001",
            "ruleIndex": 1,
            "level": "warning",
            "message": { "text": "no licence\nhelp: add `LICENSE`\nand name it" },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "src/we%20ird", "uriBaseId": "%SRCROOT%" },
            } }],
        },
    ]);
    assert_eq!(run["results"], expected);
}

#[test]
fn formats_are_called_by_name() {
    for name in Format::NAMES {
        assert!(name.parse::<Format>().is_ok(), "{name}");
    }
    assert_eq!("Full".parse::<Format>(), Err(UnknownFormat));
}

/// Texts of what hurts: wide, joined and steering characters, tabs, marks and every kind of line break.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ab =\"]{0,12}",
        r"\PC{0,6}",
        any::<char>().prop_map(String::from),
        prop::sample::select(vec![
            "\n", "\r\n", "\r", "\t", "\u{feff}", "\u{1b}[31m", "\u{202e}", "雪", "👩‍💻", "e\u{301}"
        ])
        .prop_map(str::to_owned),
        (1_usize..300).prop_map(|count| "x\t".repeat(count)),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

fn span() -> impl Strategy<Value = Span> {
    (0_u32..200, 0_u32..200, any::<bool>())
        .prop_map(|(start, end, far)| Span { start, end: if far { u32::MAX } else { end } })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1024))]

    #[test]
    fn no_text_and_no_span_panics_or_steers_the_terminal(
        (text, message) in (hostile(), hostile()),
        (first, second) in (span(), span()),
        width in prop::option::of(0_usize..200),
        unicode: bool,
    ) {
        let path = RelPath::new("a.py");
        let finding = NOT_DEFINED
            .at(Location::span(&path, first), message.clone())
            .related(Location::span(&path, second), message.clone())
            .related(Location::whole(&path), message.clone())
            .help(message.clone())
            .edit(&path, second, message);
        let report = Report::new(vec![finding], [source("a.py", &text)]);
        let look = TerminalStyle { color: false, unicode, links: false, width };
        for format in [Format::Full, Format::Concise, Format::Github] {
            let shown = render(&report, format, look);
            let steering = shown.chars().find(|char| *char != '\n' && harmless::character(*char) != *char);
            prop_assert_eq!(steering, None, "{}", shown);
        }
        prop_assert_eq!(render(&report, Format::Concise, look).lines().count(), 1);
        prop_assert_eq!(render(&report, Format::Github, look).lines().count(), 1);
        for format in [Format::Json, Format::Sarif] {
            let parsed = serde_json::from_str::<serde_json::Value>(&render(&report, format, look));
            prop_assert!(parsed.is_ok());
        }
    }
}
