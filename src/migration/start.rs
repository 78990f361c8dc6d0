//! What a script starts when it is run, as a function that an entry point can name: the one that it calls, or one that
//! is written around what it does.

use std::ops::Range;

use crate::syntax::{
    BindingKind, CompareOp, Formal, FunctionDefinition, Module, Statement, StatementKind, Term, TermKind,
};
use crate::text::has_word;

/// The function that starts the server, and what has to be written for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Start {
    pub(super) function: String,
    /// Stretches of the script with what takes their place.
    pub(super) edits: Vec<(Range<usize>, String)>,
}

/// Names for a function that is written: the first that the script does not know.
const NAMES: [&str; 5] = ["main", "run", "cli", "serve", "start_server"];

/// What the script starts; or why that cannot be told, as a phrase that follows its name.
pub(super) fn of(module: &Module, text: &str) -> Result<Start, String> {
    let guarded = module.code().iter().rev().find_map(guard);
    let (statement, body) = match (guarded, module.code().last()) {
        (Some((statement, Ok(body))), _) => (statement, body),
        (Some((_, Err(why))), _) => return Err(why),
        (None, Some(last)) if is_start(last) => return last_statement(module, last, text),
        (None, _) => {
            let how = "write `def main() -> None:` with `mcp.run()` in it, and call it under `if __name__ == \"__main__\":`";
            return Err(format!("does not tell what starts its server: {how}"));
        }
    };
    if let [only] = body
        && let Some(called) = called(only)
        && let Some(function) = function(module, called)
    {
        if function.is_async {
            return Err(format!(
                "calls `{called}`, a coroutine, and awaits it nowhere: write `asyncio.run({called}())`"
            ));
        }
        return Ok(Start { function: called.to_owned(), edits: Vec::new() });
    }
    wrapped(module, statement, text)
}

/// `if __name__ == "__main__":` and its body; or why that is no function to be.
fn guard(statement: &Statement) -> Option<(&Statement, Result<&[Statement], String>)> {
    let StatementKind::If(branches) = &statement.kind else { return None };
    let (test, body) = branches.first()?;
    if !is_main(test.as_ref()?) {
        return None;
    }
    let more = "has an `else` or `elif` to `if __name__ == \"__main__\":`; move what it starts into a function `main`";
    Some((statement, if branches.len() == 1 { Ok(body) } else { Err(more.to_owned()) }))
}

fn is_main(test: &Term) -> bool {
    let name = |term: &Term| matches!(&term.kind, TermKind::Name(name) if &**name == "__name__");
    let main = |term: &Term| matches!(&term.kind, TermKind::Text(text) if &**text == "__main__");
    let TermKind::Compare(left, CompareOp::Equal, right) = &test.kind else { return false };
    (name(left) && main(right)) || (main(left) && name(right))
}

/// The name that a statement calls with nothing: `main()`, also as `sys.exit(main())` and `raise SystemExit(main())`.
fn called(statement: &Statement) -> Option<&str> {
    let (StatementKind::Evaluate(term) | StatementKind::Raise(Some(term), None)) = &statement.kind else {
        return None;
    };
    let TermKind::Call(callee, given) = &term.kind else { return None };
    match (&callee.kind, &given[..]) {
        (TermKind::Name(name), []) => Some(name),
        (_, [only]) if exits(callee) => match &only.value.kind {
            TermKind::Call(inner, given) if given.is_empty() => match &inner.kind {
                TermKind::Name(name) => Some(name),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

fn exits(callee: &Term) -> bool {
    match &callee.kind {
        TermKind::Name(name) => ["exit", "SystemExit"].contains(&&**name),
        TermKind::Attribute(of, name) => {
            &*name.value == "exit" && matches!(&of.kind, TermKind::Name(of) if &**of == "sys")
        }
        _ => false,
    }
}

/// The function of that name that takes nothing, where it is the only one that the name stands for.
fn function<'m>(module: &'m Module, name: &str) -> Option<&'m FunctionDefinition> {
    let only = module.scope().only(name)?;
    if !matches!(only.kind, BindingKind::Function(_)) {
        return None;
    }
    let defined = module.code().iter().find_map(|statement| match &statement.kind {
        StatementKind::Function(function) if &*function.name == name => Some(function),
        _ => None,
    })?;
    let takes = |parameter: &Formal| parameter.default.is_none() && parameter.kind.is_single();
    let is_plain = defined.decorators.is_empty() && !defined.parameters.iter().any(takes);
    is_plain.then_some(defined)
}

/// Whether a statement that stands by itself surely starts a server: `mcp.run()`, `asyncio.run(main())`, `main()`.
fn is_start(statement: &Statement) -> bool {
    let StatementKind::Evaluate(term) = &statement.kind else { return false };
    let TermKind::Call(callee, _) = &term.kind else { return false };
    matches!(&callee.kind, TermKind::Attribute(_, name) if &*name.value == "run")
}

/// The name of a function that is written.
fn free(text: &str) -> Result<&'static str, String> {
    let free = NAMES.into_iter().find(|name| !has_word(text, name));
    let taken =
        format!("uses the names {} for something else: name the function that starts it", NAMES.join(", "));
    free.ok_or(taken)
}

/// The body of the guard as a function, which is called where the guard stood. What it binds stays of the module where
/// something else uses it.
fn wrapped(module: &Module, statement: &Statement, text: &str) -> Result<Start, String> {
    let range = statement.span.range();
    let outside = [&text[..range.start], &text[range.end..]].concat();
    let name = free(text)?;
    let colon = range.start + header(&text[range.clone()]);
    let shared: Vec<&str> = bound(module, &range).filter(|name| has_word(&outside, name)).collect();
    let is_line = !text[colon..range.end].trim_start_matches([' ', '\t']).starts_with(['\n', '\r', '#']);
    let indent = indent(&text[colon..range.end]);
    let mut head = format!("{}def {name}() -> None:", gap(&text[..range.start]));
    if !shared.is_empty() {
        if is_line {
            return Err("binds a name behind `if __name__ == \"__main__\":` on the same line: write it on lines of its own".to_owned());
        }
        let line = text[colon..range.end].find('\n').map_or(range.end, |feed| colon + feed);
        head += &text[colon..line];
        head += &format!("\n{indent}global {}", shared.join(", "));
        let edits = vec![(range.start..line, head), (range.end..range.end, tail(name))];
        return Ok(Start { function: name.to_owned(), edits });
    }
    let edits = vec![(range.start..colon, head), (range.end..range.end, tail(name))];
    Ok(Start { function: name.to_owned(), edits })
}

/// The lines that a function is to be apart from what stands before it, where that is no comment of it.
fn gap(before: &str) -> &'static str {
    let feeds = before.len() - before.trim_end_matches('\n').len();
    let line = before.lines().last().unwrap_or_default();
    if before.trim().is_empty() || line.starts_with('#') {
        ""
    } else {
        &"\n\n"[..3_usize.saturating_sub(feeds).min(2)]
    }
}

/// What calls the function where the file is run.
fn tail(name: &str) -> String {
    format!("\n\n\nif __name__ == \"__main__\":\n    {name}()")
}

/// Where the header of an `if __name__ == ...:` ends: no other colon stands in it.
fn header(text: &str) -> usize {
    text.find(':').map_or(text.len(), |colon| colon + 1)
}

/// How the lines behind a header are indented.
fn indent(body: &str) -> &str {
    let line =
        body.lines().skip(1).find(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    line.map_or("    ", |line| &line[..line.len() - line.trim_start().len()])
}

/// The names that the module binds within a stretch.
fn bound<'m>(module: &'m Module, range: &Range<usize>) -> impl Iterator<Item = &'m str> {
    let range = range.clone();
    module.scope().iter().filter_map(move |(name, bindings)| {
        bindings.iter().any(|binding| range.contains(&binding.span.range().start)).then_some(name)
    })
}

/// The last statement of a script without a guard, as a function.
fn last_statement(module: &Module, last: &Statement, text: &str) -> Result<Start, String> {
    let range = last.span.range();
    let code = &text[range.clone()];
    if code.contains("\"\"\"") || code.contains("'''") {
        return Err("starts its server with a text of several lines: move the start into a function `main`"
            .to_owned());
    }
    if let Some(name) = called(last)
        && let Some(function) = function(module, name)
        && !function.is_async
    {
        let edit = (range, format!("if __name__ == \"__main__\":\n    {name}()"));
        return Ok(Start { function: name.to_owned(), edits: vec![edit] });
    }
    let name = free(text)?;
    let body: Vec<String> = code
        .lines()
        .map(|line| if line.is_empty() { String::new() } else { format!("    {line}") })
        .collect();
    let gap = gap(&text[..range.start]);
    let text = format!("{gap}def {name}() -> None:\n{}{}", body.join("\n"), tail(name));
    Ok(Start { function: name.to_owned(), edits: vec![(range, text)] })
}

/// The text of a script that its docstring begins with, as written; what comes before it is comments.
pub(super) fn docstring(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n')?.1.trim_start();
    }
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| rest.starts_with(quote))?;
    let inner = &rest[quote.len()..];
    Some(&inner[..inner.find(quote)?])
}
