//! Dependency groups.
//!
//! Standard: packaging.python.org, "Dependency groups" (PEP 735). Groups reach no metadata and no user, yet a fault in
//! them stops those who work on the project.

use std::collections::HashMap;

use super::name;
use super::requirement::{Requirement, RequirementFault};

/// One entry of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A requirement.
    Requirement(String),
    /// All that the group of this name holds: `{include-group = "…"}`.
    Include(String),
}

/// What is wrong in the groups, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct GroupFault {
    /// The place of the group in the list given.
    pub group: usize,
    /// The place of the item in the group; `None` where the name of the group is at fault.
    pub item: Option<usize>,
    /// What is wrong there.
    pub kind: GroupFaultKind,
}

/// What is wrong with a group or an item.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GroupFaultKind {
    /// The name of the group is none.
    #[error("`{0}` is not a valid group name")]
    InvalidName(String),
    /// A group of the same normalised name stands before it.
    #[error("group `{0}` is defined twice, as names are compared in their normalised form")]
    DuplicateName(String),
    /// The requirement is none.
    #[error("{0}")]
    InvalidRequirement(RequirementFault),
    /// No group has the name that is included.
    #[error("group `{0}` does not exist")]
    UnknownInclude(String),
    /// The include closes a circle; the groups on it, from the one included to the one that includes.
    #[error("group includes itself: `{}`", .0.join("` -> `"))]
    Cycle(Vec<String>),
}

/// Finds all faults in `groups`, in the order of groups and items.
pub fn check(groups: &[(String, Vec<Item>)]) -> Vec<GroupFault> {
    let (index, mut faults) = index_names(groups);
    for (group, (_, items)) in groups.iter().enumerate() {
        for (position, item) in items.iter().enumerate() {
            let kind = match item {
                Item::Requirement(text) => {
                    Requirement::parse(text).err().map(GroupFaultKind::InvalidRequirement)
                }
                Item::Include(name) => (!index.contains_key(&name::normalize(name)))
                    .then(|| GroupFaultKind::UnknownInclude(name.clone())),
            };
            faults.extend(kind.map(|kind| GroupFault { group, item: Some(position), kind }));
        }
    }
    faults.extend(cycles(groups, &index));
    faults.sort_by_key(|fault| (fault.group, fault.item));
    faults
}

/// The place of each normalised name, and the faults in the names.
fn index_names(groups: &[(String, Vec<Item>)]) -> (HashMap<String, usize>, Vec<GroupFault>) {
    let mut index = HashMap::new();
    let mut faults = Vec::new();
    for (group, (name, _)) in groups.iter().enumerate() {
        let mut fault = |kind| faults.push(GroupFault { group, item: None, kind });
        if !name::is_valid(name) {
            fault(GroupFaultKind::InvalidName(name.clone()));
        }
        if *index.entry(name::normalize(name)).or_insert(group) != group {
            fault(GroupFaultKind::DuplicateName(name.clone()));
        }
    }
    (index, faults)
}

/// The includes that close a circle: one fault a circle, on the include that leads back.
///
/// A walk in depth with its own stack, as a chain of groups may be as long as a file allows.
fn cycles(groups: &[(String, Vec<Item>)], index: &HashMap<String, usize>) -> Vec<GroupFault> {
    let mut faults = Vec::new();
    // Where a group stands on the path; `None` once it is left for good.
    let mut places: HashMap<usize, Option<usize>> = HashMap::new();
    for start in 0..groups.len() {
        if places.contains_key(&start) {
            continue;
        }
        // Each group on the path, and the item of it to be looked at next.
        let mut path = vec![(start, 0)];
        places.insert(start, Some(0));
        while let Some((group, item)) = path.last_mut() {
            let (group, position) = (*group, std::mem::replace(item, *item + 1));
            let target = match groups[group].1.get(position) {
                None => {
                    places.insert(group, None);
                    path.pop();
                    continue;
                }
                Some(Item::Requirement(_)) => None,
                Some(Item::Include(name)) => index.get(&name::normalize(name)).copied(),
            };
            let Some(target) = target else { continue };
            match places.get(&target) {
                None => {
                    places.insert(target, Some(path.len()));
                    path.push((target, 0));
                }
                Some(None) => {}
                Some(Some(place)) => {
                    let circle = path[*place..].iter().map(|(group, _)| groups[*group].0.clone()).collect();
                    let kind = GroupFaultKind::Cycle(circle);
                    faults.push(GroupFault { group, item: Some(position), kind });
                }
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Groups as `name: item item`, an include with `@` before it.
    fn groups(text: &str) -> Vec<(String, Vec<Item>)> {
        text.lines()
            .map(|line| {
                let (name, items) = line.split_once(':').expect("name: items");
                let item = |word: &str| match word.strip_prefix('@') {
                    Some(name) => Item::Include(name.to_owned()),
                    None => Item::Requirement(word.to_owned()),
                };
                (name.to_owned(), items.split_whitespace().map(item).collect())
            })
            .collect()
    }

    fn report(text: &str) -> Vec<String> {
        check(&groups(text))
            .iter()
            .map(|fault| match fault.item {
                Some(item) => format!("{}.{item} {fault}", fault.group),
                None => format!("{} {fault}", fault.group),
            })
            .collect()
    }

    #[test]
    fn lets_good_groups_pass() {
        let good = "test: pytest>=8 coverage[toml]\ndev: @Test @lint ruff @test\nLint: @test\nempty:";
        assert_eq!(report(good), [""; 0]);
    }

    #[test]
    fn finds_every_fault() {
        assert_eq!(
            report("test: pytest^8 @docs ruff\nTEST: x 1x\n-a:"),
            [
                "0.0 unexpected `^8`",
                "0.1 group `docs` does not exist",
                "1 group `TEST` is defined twice, as names are compared in their normalised form",
                "2 `-a` is not a valid group name",
            ]
        );
    }

    #[test]
    fn finds_each_circle_once() {
        assert_eq!(report("a: @a"), ["0.0 group includes itself: `a`"]);
        assert_eq!(
            report("z: @a @b\na: x @b\nb: @C\nc: y @a @a\nd: @d"),
            [
                "3.1 group includes itself: `a` -> `b` -> `c`",
                "3.2 group includes itself: `a` -> `b` -> `c`",
                "4.0 group includes itself: `d`",
            ]
        );
    }

    #[test]
    fn follows_the_longest_chain() {
        let chain: Vec<_> = (0..50_000)
            .map(|number| (format!("g{number}"), vec![Item::Include(format!("g{}", (number + 1) % 50_000))]))
            .collect();
        assert_eq!(check(&chain).len(), 1);
    }
}
