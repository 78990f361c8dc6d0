//! A formula for a Homebrew tap.
//!
//! It is called and laid out as the Formula Cookbook has it (docs.brew.sh), and takes the wheel that PyPI holds under the
//! address which every index of its kind keeps for names: `/packages/py3/w/weather/weather-1.0-py3-none-any.whl`.

use super::{Artifacts, Channel, Emitter, Export, MissingInput, Needs, Publication, one_line, sha256};
use crate::spec::name;
use crate::text::filled;
use crate::text::literal::{array, ruby, ruby_line, shell};

const CHANNEL: Channel = Channel::Homebrew;
/// The longest description that `brew audit` takes, in characters.
const LONGEST: usize = 80;

pub(super) const EMITTER: Emitter = Emitter { needs: Needs::Wheel, lacks, make };

fn lacks(publication: &Publication<'_>) -> Vec<MissingInput> {
    let mut lacks: Vec<_> = publication.without_script().into_iter().collect();
    let formula = formula(publication);
    let is_inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !formula.starts_with(|c: char| c.is_ascii_lowercase()) || !formula.chars().all(is_inner) {
        let set = publication.setting(CHANNEL, "formula");
        lacks.push(MissingInput {
            what: format!("takes a name that begins with a letter and has small letters, digits and `-` alone, and `{formula}` is none"),
            remedy: format!("set `formula` in `[tool.mcp-backend.export.{CHANNEL}]`"),
            place: set.map(|set| set.span),
        });
    }
    lacks.extend(publication.without_description());
    lacks
}

fn make(publication: &Publication<'_>, artifacts: &Artifacts) -> Vec<Export> {
    let wheel = artifacts.wheel.as_ref();
    let wheel = wheel.map_or(("", String::new()), |(name, bytes)| (name.as_str(), sha256(bytes)));
    let path = format!("homebrew/{}.rb", formula(publication));
    vec![Export::text(path, text(publication, wheel.0, &wheel.1))]
}

fn formula(publication: &Publication<'_>) -> String {
    let set = publication.setting(CHANNEL, "formula");
    set.map_or_else(|| name::normalize(publication.name), |set| set.value.clone())
}

/// The class of a formula: `weather-mcp` is `WeatherMcp`.
fn class(formula: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    formula.split('-').map(capital).collect()
}

fn text(publication: &Publication<'_>, wheel: &str, digest: &str) -> String {
    let name = name::normalize(publication.name);
    let script = publication.script.unwrap_or(publication.name);
    let index = format!("https://pypi.org/project/{name}/");
    let repository = publication.repository().map(|repository| repository.url);
    let homepage = publication.homepage().or(repository).unwrap_or(&index);
    let tag = wheel.rsplit('-').nth(2).unwrap_or("py3");
    let letter = name.get(..1).unwrap_or_default();
    let url = format!("https://files.pythonhosted.org/packages/{tag}/{letter}/{name}/{wheel}");
    let license = publication.license().and_then(license).unwrap_or_default();
    let words = [
        ("CLASS", class(&formula(publication))),
        ("\"DESC\"", ruby(&desc(publication.description))),
        ("\"HOMEPAGE\"", ruby(homepage)),
        ("\"URL\"", ruby(&url)),
        ("\"VERSION\"", ruby(&publication.version.to_string())),
        ("DIGEST", digest.to_owned()),
        ("  license \"LICENSE\"\n", license),
        ("\"WHEEL\"", ruby(wheel)),
        ("\"SCRIPT\"", ruby(script)),
        ("KEPT", ruby_line(&shell(&format!("{wheel}{}", publication.extra())))),
        ("RUNS", ruby_line(&shell(script))),
        ("NAME", name),
    ];
    filled(include_str!("template/formula.rb"), &words)
}

/// The description as `brew audit` wants it: short, without an article before it and a full stop behind.
fn desc(description: &str) -> String {
    let line = one_line(description);
    let article = ["A ", "An ", "The "].into_iter().find(|article| line.starts_with(article));
    let mut letters = line[article.map_or(0, str::len)..].chars();
    let text: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
    let end =
        text.char_indices().nth(LONGEST).map_or(text.len(), |(end, _)| text[..end].rfind(' ').unwrap_or(end));
    text[..end].trim_end_matches(['.', ',', ';', ':', ' ']).to_owned()
}

/// The licences, where they are plainly one, all or any.
fn license(expression: &str) -> Option<String> {
    let is_plain = |word: &&str| word.chars().all(|c| c.is_ascii_alphanumeric() || ".-".contains(c));
    let listed = |kind: &str, join: &str| {
        let ids: Vec<_> = expression.split(join).collect();
        let ids = ids.iter().all(is_plain).then_some(ids)?;
        Some(format!("  license {kind}: {}\n", array(&ids)))
    };
    if is_plain(&expression) {
        return Some(format!("  license {}\n", ruby(expression)));
    }
    listed("any_of", " OR ").or_else(|| listed("all_of", " AND "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_and_their_licences_are_named_as_homebrew_does() {
        for (name, expected) in [("weather", "Weather"), ("weather-mcp", "WeatherMcp"), ("a-2b", "A2b")] {
            assert_eq!(class(name), expected);
        }
        for (expression, expected) in [
            ("MIT", Some("  license \"MIT\"\n")),
            ("MIT OR Apache-2.0", Some("  license any_of: [\"MIT\", \"Apache-2.0\"]\n")),
            ("MIT AND BSD-3-Clause", Some("  license all_of: [\"MIT\", \"BSD-3-Clause\"]\n")),
            ("GPL-2.0-only WITH Classpath-exception-2.0", None),
            ("(MIT OR ISC) AND Zlib", None),
        ] {
            assert_eq!(license(expression).as_deref(), expected, "{expression}");
        }
    }

    #[test]
    fn a_description_is_short_and_has_no_article() {
        for (text, expected) in [
            ("A server that tells the weather.", "Server that tells the weather"),
            ("the weather", "The weather"),
            ("", ""),
            (".", ""),
        ] {
            assert_eq!(desc(text), expected);
        }
        let long = "weather ".repeat(30);
        assert_eq!(
            desc(&long),
            "Weather weather weather weather weather weather weather weather weather weather"
        );
    }
}
