//! RFC 6570, URI Template: the variables that a template names.

use std::collections::BTreeSet;

/// The variables of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variables<'t> {
    /// Those that stand in braces without an operator or a modifier: `{name}`.
    pub plain: BTreeSet<&'t str>,
    /// Those with one, but for the query: `{+name}`, `{name*}`.
    pub other: BTreeSet<&'t str>,
    /// Those of the query: `{?name}`, `{&name}`.
    pub query: BTreeSet<&'t str>,
    /// Whether an expression has an operator other than those of the query, more than one plain variable, or a name that
    /// is none in Python.
    pub is_odd: bool,
}

impl<'t> Variables<'t> {
    /// All variables.
    pub fn all(&self) -> BTreeSet<&'t str> {
        self.path().union(&self.query).copied().collect()
    }

    /// Those that do not stand in the query.
    pub fn path(&self) -> BTreeSet<&'t str> {
        self.plain.union(&self.other).copied().collect()
    }
}

/// Reads the variables off a template; none where braces do not pair, or hold something else.
pub fn variables(template: &str) -> Option<Variables<'_>> {
    let mut found = Variables::default();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let inner = rest[at..].strip_prefix('{')?;
        let (expression, after) = inner.split_once('}')?;
        found.read(expression)?;
        rest = after;
    }
    Some(found)
}

impl<'t> Variables<'t> {
    fn read(&mut self, expression: &'t str) -> Option<()> {
        let operator = expression.chars().next().filter(|first| "+#./;?&".contains(*first));
        let names = operator.map_or(expression, |_| &expression[1..]);
        let is_query = matches!(operator, Some('?' | '&'));
        self.is_odd |= !is_query && (operator.is_some() || names.contains(','));
        for written in names.split(',') {
            let name = written.trim_end_matches('*').split(':').next().unwrap_or_default();
            let is_name = |one: char| one.is_ascii_alphanumeric() || one == '_';
            if name.is_empty() || !name.chars().all(|one| is_name(one) || matches!(one, '-' | '.')) {
                return None;
            }
            self.is_odd |= !name.chars().all(is_name) || written.contains(':');
            let home = if is_query {
                &mut self.query
            } else if operator.is_none() && written == name && !names.contains(',') {
                &mut self.plain
            } else {
                &mut self.other
            };
            home.insert(name);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_variables_of_a_template() {
        for (template, plain, other, query, is_odd) in [
            ("a://b", "", "", "", false),
            ("a://{x}/{y}", "x y", "", "", false),
            ("a://{path*}", "", "path", "", false),
            ("a://{+path}", "", "path", "", true),
            ("a://{x}{?q,r}", "x", "", "q r", false),
            ("a://{x}{&q}", "x", "", "q", false),
            ("a://{x,y}", "", "x y", "", true),
            ("a://{user-id}", "user-id", "", "", true),
        ] {
            let found = variables(template).expect(template);
            let spelt = |names: &BTreeSet<&str>| names.iter().copied().collect::<Vec<_>>().join(" ");
            let told = (spelt(&found.plain), spelt(&found.other), spelt(&found.query), found.is_odd);
            assert_eq!(told, (plain.to_owned(), other.to_owned(), query.to_owned(), is_odd), "{template}");
        }
        for broken in ["a://{", "a://}", "a://{x", "a://{}", "a://{x y}", "a://{{x}}"] {
            assert_eq!(variables(broken), None, "{broken}");
        }
    }
}
