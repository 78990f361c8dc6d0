//! The stories of `docs/mistakes.md`: under each heading a project, laid over the healthy server as the pages of the rules
//! are, and in the block fenced as `report` all that the rules print of it.

use std::fs;

use mcp_backend::render::{Format, TerminalStyle, render};

use crate::examples::laid_over;
use crate::healthy;

const PAGE: &str = "docs/mistakes.md";

#[test]
fn each_classic_mistake_is_told_as_the_page_says() {
    let page = fs::read_to_string(PAGE).expect("the page is there");
    let told = retold(&page);
    if std::env::var_os("UPDATE").is_some() {
        fs::write(PAGE, &told).expect("the page can be written");
    } else {
        assert!(told == page, "{PAGE} is not current; `UPDATE=1` rewrites it:\n{told}");
    }
}

/// The page with the reports that the rules really give.
fn retold(page: &str) -> String {
    let mut stories = page.split("\n## ");
    let mut told = stories.next().unwrap_or_default().to_owned();
    let mut mistakes = 0;
    for story in stories {
        let (before, rest) = story.split_once("```report\n").expect("a story has a report");
        let (_, after) = rest.split_once("```").expect("the report ends");
        // what a terminal shows is no file of the project
        let (project, _) = before.split_once("```console\n").expect("a story tells what is seen without us");
        let report = render(&healthy::report(&laid_over(project)), Format::Full, TerminalStyle::default());
        assert!(report.contains("error["), "nothing is wrong in: {project}");
        told += &format!("\n## {before}```report\n{}\n```{after}", report.trim_end());
        mistakes += 1;
    }
    assert_eq!(mistakes, 5, "the classic mistakes are five");
    told
}
