//! `[[tool.mcp-backend.env]]`: the variables of the environment that the server says to read.
//!
//! A name is what POSIX calls one (IEEE Std 1003.1, "Name"), so that every shell and client can set it.

use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::toml::{TomlKind, TomlNode};
use crate::spec::variable_name;
use crate::text::{Span, Spanned};

/// A variable of the environment, as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvVariable {
    /// `name`.
    pub name: Spanned<String>,
    /// `description`.
    pub description: Option<Spanned<String>>,
    /// `required`, when it is written.
    pub required: Option<Spanned<bool>>,
    /// `secret`, when it is written.
    pub secret: Option<Spanned<bool>>,
    /// `default`.
    pub default: Option<Spanned<String>>,
}

impl EnvVariable {
    /// Whether the server says not to start without it.
    pub fn is_required(&self) -> bool {
        self.required.as_ref().is_some_and(|required| required.value)
    }

    /// Whether its value is to be shown to nobody.
    pub fn is_secret(&self) -> bool {
        self.secret.as_ref().is_some_and(|secret| secret.value)
    }
}

const TABLE: &str = "tool.mcp-backend.env";

const KEYS: &[&str] = &["default", "description", "name", "required", "secret"];

/// Reads the array of tables.
pub(super) fn read(reader: &mut Reader, _: &str, node: &TomlNode) -> Vec<EnvVariable> {
    let items = reader.array(TABLE, "an array of tables", node);
    let table = |item: &TomlNode| match &item.kind {
        TomlKind::Table(entries) => variable(reader, item.span, entries),
        _ => {
            reader.wrong_type(TABLE, "an array of tables", item);
            None
        }
    };
    items.iter().filter_map(table).collect()
}

fn variable(reader: &mut Reader, span: Span, entries: &Entries) -> Option<EnvVariable> {
    reader.only(TABLE, entries, KEYS);
    let key = |name: &str| format!("{TABLE}.{name}");
    let variable = EnvVariable {
        description: get(entries, "description").and_then(|node| reader.text(&key("description"), node)),
        required: get(entries, "required").and_then(|node| reader.flag(&key("required"), node)),
        secret: get(entries, "secret").and_then(|node| reader.flag(&key("secret"), node)),
        default: get(entries, "default").and_then(|node| reader.text(&key("default"), node)),
        name: name(reader, span, entries)?,
    };
    Some(variable)
}

fn name(reader: &mut Reader, span: Span, entries: &Entries) -> Option<Spanned<String>> {
    let Some(node) = get(entries, "name") else {
        reader.record(span, ProblemKind::Missing { key: "tool.mcp-backend.env.name" });
        return None;
    };
    let name = reader.line("tool.mcp-backend.env.name", node)?;
    let valid = variable_name::is_valid(&name.value);
    if !valid {
        reader.record(name.span, ProblemKind::VariableName { name: name.value.clone() });
    }
    valid.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(env: &str) -> String {
        let text = format!("[project]\nname = \"a\"\nversion = \"1\"\n\n{env}");
        let project = crate::project::read(text.into_bytes());
        let variables = project.settings.env.iter().map(|one| {
            let marks = [(one.is_required(), " required"), (one.is_secret(), " secret")];
            let marks: String = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
            format!("{}{marks}", one.name.value)
        });
        let problems = project.problems.iter().map(|problem| match &problem.kind {
            ProblemKind::UnknownKey { key, .. } => format!("unknown {key}"),
            ProblemKind::WrongType { key, found, .. } => format!("{key} is {found}"),
            ProblemKind::Missing { key } => format!("no {key}"),
            ProblemKind::VariableName { name } => format!("bad {name}"),
            other => format!("{other:?}"),
        });
        variables.chain(problems).collect::<Vec<_>>().join("; ")
    }

    #[test]
    fn variables_are_read_in_both_forms() {
        for (env, expected) in [
            (
                "[[tool.mcp-backend.env]]\nname = 'A'\nrequired = true\n[[tool.mcp-backend.env]]\nname = '_b1'\nsecret = true\n",
                "A required; _b1 secret",
            ),
            ("[tool.mcp-backend]\nenv = [{ name = 'A', default = 'x', description = 'y\\nz' }]\n", "A"),
            ("[[tool.mcp-backend.env]]\nname = '1A'\n", "bad 1A"),
            ("[[tool.mcp-backend.env]]\nsecret = true\n", "no tool.mcp-backend.env.name"),
            ("[[tool.mcp-backend.env]]\nname = 'A'\nsecrt = true\n", "A; unknown secrt"),
            (
                "[[tool.mcp-backend.env]]\nname = 'A'\nsecret = 'yes'\n",
                "A; tool.mcp-backend.env.secret is a string",
            ),
            ("[tool.mcp-backend]\nenv = ['A']\n", "tool.mcp-backend.env is a string"),
            ("[tool.mcp-backend.env]\nname = 'A'\n", "tool.mcp-backend.env is a table"),
        ] {
            assert_eq!(told(env), expected, "{env}");
        }
    }
}
