//! The values of `--format`.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::report::Format;

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Full, Self::Concise, Self::Json, Self::Github, Self::Gitlab, Self::Sarif, Self::Junit]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Full => ("full", "The source with each finding marked in it, for terminals"),
            Self::Concise => ("concise", "One line per finding: `file:line:column: severity[rule]: summary`"),
            Self::Json => ("json", "A JSON array with one object per finding"),
            Self::Github => ("github", "Workflow commands, which GitHub Actions shows as annotations"),
            Self::Gitlab => ("gitlab", "A Code Quality report, which GitLab shows in merge requests"),
            Self::Sarif => ("sarif", "SARIF 2.1.0, for GitHub code scanning and other tools"),
            Self::Junit => (
                "junit",
                "JUnit XML, for Jenkins and others: a suite per file, a test case per finding; only errors fail",
            ),
        };
        Some(PossibleValue::new(name).help(help))
    }
}
