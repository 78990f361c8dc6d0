//! `[[tool.mcp-backend.env]]`: the variables of the environment that the server says to read.
//!
//! A name is what POSIX calls one (IEEE Std 1003.1, "Name"), so that every shell and client can set it.

use super::problem::ProblemKind;
use super::reader::{Entries, Reader, get};
use super::setting::{Setting, declare_table, setting};
use super::toml::TomlNode;
use crate::spec::variable_name;
use crate::text::{Span, Spanned};

declare_table! {
    /// A variable of the environment, as declared.
    EnvVariable, VARIABLE_KEYS, variable, "tool.mcp-backend.env";
    /// What holds without it.
    default: Option<Spanned<String>> = optional(Reader::text), Text,
        default "none",
        example r#"default = "metric""#;
    /// Tells those who set it what it is for.
    description: Option<Spanned<String>> = optional(Reader::text), Text,
        default "none",
        example r#"description = "Key of the forecast""#;
    /// What it is called; each variable has to have a name.
    name: Spanned<String> = name, VariableName,
        default "none",
        example r#"name = "WEATHER_API_KEY""#;
    /// Whether the server does not start without it.
    required: Option<Spanned<bool>> = optional(Reader::flag), Flag,
        default "`false`",
        example "required = true";
    /// Whether its value must be shown to nobody.
    secret: Option<Spanned<bool>> = optional(Reader::flag), Flag,
        default "`false`",
        example "secret = true";
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

/// Reads the array of tables.
pub(super) fn read(reader: &mut Reader, _: &str, node: &TomlNode) -> Vec<EnvVariable> {
    reader.tables(TABLE, node, variable)
}

/// Reads the value of a key that need not be there.
pub(super) fn optional<T>(
    read: fn(&mut Reader, &str, &TomlNode) -> Option<T>,
) -> impl Fn(&mut Reader, &str, Option<&TomlNode>, Span) -> Option<Option<T>> {
    move |reader, key, node, _| Some(node.and_then(|node| read(reader, key, node)))
}

/// Reads the values of a key that need not be there.
pub(super) fn or_empty<T>(
    read: fn(&mut Reader, &str, &TomlNode) -> Vec<T>,
) -> impl Fn(&mut Reader, &str, Option<&TomlNode>, Span) -> Option<Vec<T>> {
    move |reader, key, node, _| Some(node.map(|node| read(reader, key, node)).unwrap_or_default())
}

fn name(
    reader: &mut Reader,
    key: &'static str,
    node: Option<&TomlNode>,
    table: Span,
) -> Option<Spanned<String>> {
    let Some(node) = node else {
        reader.record(table, ProblemKind::Missing { key });
        return None;
    };
    let name = reader.line(key, node)?;
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
