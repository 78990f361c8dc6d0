//! Each rule's page is true: its *Example* laid over a healthy little server brings exactly that rule's code, and
//! what to *Use instead* brings nothing.

use mcp_backend::rules;

use crate::healthy::{self, Files};

#[test]
fn documented_examples_hold() {
    let mut wrong = Vec::new();
    for rule in rules::ALL.iter() {
        let card = &rule.card;
        let page = card.page();
        let (bad, good) = examples(&page);
        let found = healthy::report(&laid_over(bad));
        let codes: Vec<_> = found.diagnostics().iter().map(|finding| finding.card.code).collect();
        if codes.is_empty() || codes.iter().any(|code| *code != card.code) {
            wrong.push(format!("{}: the example brings {:#?}", card.code, healthy::lines(&found)));
        }
        let left = healthy::report(&laid_over(good));
        if !left.diagnostics().is_empty() {
            wrong.push(format!("{}: the remedy brings {:#?}", card.code, healthy::lines(&left)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The example of a page, and what to use instead.
pub(crate) fn examples(page: &str) -> (&str, &str) {
    let (_, example) = page.split_once("## Example").unwrap_or_else(|| panic!("no example: {page}"));
    example.split_once("Use instead:").unwrap_or_else(|| panic!("no remedy: {page}"))
}

/// The healthy server with the files of an example: a `pyproject.toml` is laid over the healthy one key by key, any
/// other file takes the place of the one there, and `Without` takes a file or a key away.
pub(crate) fn laid_over(example: &str) -> Files {
    let mut files = healthy::files();
    let mut path = None;
    let mut lines = example.lines();
    while let Some(line) = lines.next() {
        if let Some(gone) = line.strip_prefix("Without `").and_then(|rest| rest.strip_suffix("`.")) {
            take_away(&mut files, gone);
        } else if let Some(named) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            path = Some(named.to_owned());
        } else if line.starts_with("```") {
            let text: String =
                lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
            let path = path.take().expect("a block follows the path of its file");
            let text = match line {
                _ if path == "pyproject.toml" => merged(&files[&path], &text),
                _ => healthy::text(line.trim_start_matches('`'), text),
            };
            files.insert(path, text);
        }
    }
    files
}

/// Takes away a file, or a key of `pyproject.toml` written with dots.
fn take_away(files: &mut Files, gone: &str) {
    if files.remove(gone).is_some() {
        return;
    }
    let mut root = files["pyproject.toml"].parse::<toml::Table>().expect("the example is TOML");
    let (tables, key) = gone.rsplit_once('.').expect("a key of a table, or a file");
    let mut table = &mut root;
    for part in tables.split('.') {
        table = table.get_mut(part).and_then(toml::Value::as_table_mut).expect("the table is there");
    }
    assert!(table.remove(key).is_some(), "there is no `{gone}` to do without");
    files.insert("pyproject.toml".to_owned(), root.to_string());
}

/// The TOML of `below` with the keys of `above` in place of its own, table by table.
pub(crate) fn merged(below: &str, above: &str) -> String {
    fn lay(below: &mut toml::Table, above: toml::Table) {
        for (key, value) in above {
            match (below.get_mut(&key), value) {
                (Some(toml::Value::Table(below)), toml::Value::Table(above)) => lay(below, above),
                (_, value) => drop(below.insert(key, value)),
            }
        }
    }
    // an example may show what is not TOML
    let Ok(above) = above.parse::<toml::Table>() else { return above.to_owned() };
    let mut below = below.parse::<toml::Table>().expect("the healthy server's is TOML");
    lay(&mut below, above);
    below.to_string()
}
