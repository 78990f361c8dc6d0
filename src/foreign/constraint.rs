//! Poetry's version constraints (<https://python-poetry.org/docs/dependency-specification/>) as version specifiers.

/// A constraint as version specifiers; none where it admits all, or is none that they can say.
pub fn specifiers(constraint: &str) -> Option<String> {
    if constraint.contains('|') {
        return None;
    }
    let parts: Option<Vec<String>> = constraint.split(',').map(|part| specifier(part.trim())).collect();
    parts.map(|parts| parts.join(",")).filter(|text| !text.is_empty())
}

/// `^1.2` as `>=1.2,<2`, `~1.2` as `>=1.2,<1.3`, `1.2` as `==1.2`; nothing for `*`.
fn specifier(part: &str) -> Option<String> {
    let first = part.chars().next()?;
    let version = part.trim_start_matches(['^', '~']).trim();
    let numbers = || -> Option<Vec<u64>> { version.split('.').map(|number| number.parse().ok()).collect() };
    // the number that a release must keep is the first that is not zero, or the last but one
    let kept = match first {
        '*' => return Some(String::new()),
        '^' => numbers()?.iter().position(|number| *number > 0).unwrap_or(numbers()?.len() - 1),
        '~' if !part.starts_with("~=") => 1.min(numbers()?.len() - 1),
        _ if first.is_ascii_digit() => return Some(format!("=={part}")),
        _ => return Some(part.to_owned()),
    };
    let mut next = numbers()?;
    next.truncate(kept + 1);
    next[kept] = next[kept].checked_add(1)?;
    let next: Vec<String> = next.iter().map(u64::to_string).collect();
    Some(format!(">={version},<{}", next.join(".")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn puts_poetrys_constraints_into_specifiers() {
        for (constraint, expected) in [
            ("^1.2.3", ">=1.2.3,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~1.2", ">=1.2,<1.3"),
            ("~1", ">=1,<2"),
            ("~=1.2", "~=1.2"),
            (">=1.2, <2", ">=1.2,<2"),
            ("1.2", "==1.2"),
            ("1.*", "==1.*"),
            ("*", ""),
            ("^1.0b1", ""),
            ("^18446744073709551615", ""),
            ("1 || 2", ""),
            ("", ""),
        ] {
            assert_eq!(specifiers(constraint).unwrap_or_default(), expected, "{constraint}");
        }
    }

    proptest::proptest! {
        #[test]
        fn never_panics(text in r"([\^~*,.|=<>0-9 ]|é|\PC){0,10}") {
            specifiers(&text);
        }
    }
}
