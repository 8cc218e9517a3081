//! `kenarc.yaml`, and the flags that win over it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "support/cli.rs"]
mod cli;

use insta::assert_snapshot;

use cli::{Folder, Run, words};

/// An error of `unknown-field` and a warning of `misspelt-icon`.
const MIXED: &str = "message: x\ncolour: red\nsender_buttons: [[{ icon: REAL_STATE, caption: x, open_post_page: { post_token: t } }]]\n";
const NEW_ICON: &str =
    "message: x\nsender_buttons: [[{ icon: SPACE_SHUTTLE, caption: x, open_post_page: { post_token: t } }]]\n";

fn check(folder: &Folder, arguments: &str) -> Run {
    folder.kenarc(words("check --format concise --quiet").chain(words(arguments)))
}

/// The rules that found something, with their severities, of a template that is checked with a configuration and flags.
fn found(template: &str, config: &str, flags: &str) -> (i32, Vec<String>) {
    let folder = Folder::with("templates/a.yaml", template).and("kenarc.yaml", config);
    let run = check(&folder, flags);
    assert_eq!(run.stderr, "", "{run}");
    let what = |line: &str| line.split(' ').nth(1).unwrap().trim_end_matches(':').to_owned();
    (run.status, run.stdout.lines().map(what).collect())
}

/// A run of any command in a folder below the one with the configuration.
fn below(folder: &Folder, path: &str, arguments: &str) -> Run {
    Run::of(cli::kenarc(&folder.path(path)).args(words(arguments)))
}

mod rules {
    use super::*;

    #[test]
    fn file_sets_levels() {
        let set = |config| found(MIXED, config, "");
        assert_eq!(set(""), (1, vec!["error[unknown-field]".into(), "warning[misspelt-icon]".into()]));
        assert_eq!(set("rules: { unknown-field: off }"), (0, vec!["warning[misspelt-icon]".into()]));
        assert_eq!(
            set("rules:\n  unknown-field: warning\n  'misspelt-icon': \"error\"\n"),
            (1, vec!["warning[unknown-field]".into(), "error[misspelt-icon]".into()])
        );
        assert_eq!(set("rules: { unknown-field: off, misspelt-icon: off }"), (0, Vec::new()));
    }

    #[test]
    fn flags_win_over_the_file() {
        let set = |flags| found(MIXED, "rules: { unknown-field: off, misspelt-icon: error }", flags);
        assert_eq!(
            set("--deny unknown-field --warn misspelt-icon"),
            (1, vec!["error[unknown-field]".into(), "warning[misspelt-icon]".into()])
        );
        assert_eq!(set("--ignore misspelt-icon --ignore unknown-field"), (0, Vec::new()));
        assert_eq!(set("--warn misspelt-icon --warn unknown-field").0, 0);
    }

    #[test]
    fn warnings_fail_where_they_are_denied_and_stay_warnings() {
        let warning = MIXED.replace("colour: red\n", "");
        assert_eq!(found(&warning, "", "").0, 0);
        assert_eq!(found(&warning, "", "--deny-warnings"), (1, vec!["warning[misspelt-icon]".into()]));
        assert_eq!(found(&warning, "", "--deny-warnings --ignore misspelt-icon").0, 0);
    }

    #[test]
    fn unused_suppression_is_a_rule_as_others() {
        let template = "message: x # kenarc: ignore[unknown-icon]\n";
        assert_eq!(found(template, "", ""), (0, vec!["warning[unused-suppression]".into()]));
        assert_eq!(found(template, "rules: { unused-suppression: error }", "").0, 1);
        assert_eq!(found(template, "", "--ignore unused-suppression"), (0, Vec::new()));
    }

    #[test]
    fn a_suppression_of_a_rule_that_is_off_is_of_use() {
        let template = "message: x\ncolour: red # kenarc: ignore[unknown-field]\n";
        assert_eq!(found(template, "rules: { unknown-field: off }", ""), (0, Vec::new()));
    }

    #[test]
    fn text_that_is_no_yaml_is_an_error_to_everyone() {
        let (status, found) = found("message: \"\n", "rules: { yaml-syntax: off }", "--ignore yaml-syntax");
        assert_eq!((status, found), (1, vec!["error[yaml-syntax]".into()]));
    }

    #[test]
    fn what_is_ignored_does_not_stand_in_the_way_of_a_message() {
        let folder =
            Folder::with("a.yaml", "message: x\ncolour: red\n").and("kenarc.yaml", "rules: { unknown-field: off }");
        assert_eq!(folder.kenarc(words("render a.yaml")).printed(), "{\"type\":\"TEXT\",\"message\":\"x\"}\n");
    }

    #[test]
    fn what_cannot_be_read_cannot_be_rendered_though_it_is_ignored() {
        let folder = Folder::with("a.yaml", "message: \"{{ }}\"\n")
            .and("kenarc.yaml", "rules: { jinja-syntax: off, missing-field: warning }");
        assert_eq!(check(&folder, "a.yaml").status, 0);
        let run = folder.kenarc(words("render a.yaml"));
        assert!(run.status == 1 && run.stdout.is_empty() && run.stderr.contains("jinja-syntax"), "{run}");
    }

    #[test]
    fn flags_name_rules_that_there_are_and_do_not_contradict_each_other() {
        let folder = Folder::with("templates/a.yaml", MIXED);
        assert_snapshot!(check(&folder, "--ignore unknwon-field"), @r"
        exit status 2
        --- stderr
        error: invalid value 'unknwon-field' for '--ignore <RULE>': unknown rule `unknwon-field`; write `unknown-field`

        For more information, try '--help'.
        ");
        assert_snapshot!(check(&folder, "--deny missing-variable"), @r"
        exit status 2
        --- stderr
        error: invalid value 'missing-variable' for '--deny <RULE>': level of `missing-variable` cannot be set; this rule explains why given values cannot be rendered

        For more information, try '--help'.
        ");
        assert_snapshot!(check(&folder, "--deny unknown-field --warn misspelt-icon --ignore unknown-field"), @r"
        exit status 2
        --- stderr
        error: `--ignore unknown-field` contradicts `--deny unknown-field`
         help: remove one of them
        ");
        assert_eq!(check(&folder, "--deny unknown-field --deny unknown-field").status, 1);
    }
}

mod icons {
    use super::*;

    const CONFIG: &str = "icons: { extra: [SPACE_SHUTTLE, MOON_2] }\n";

    #[test]
    fn extra_icons_pass_the_check_and_are_sent() {
        let folder = Folder::with("templates/a.yaml", NEW_ICON)
            .and("templates/b.yaml", NEW_ICON.replace("SPACE_SHUTTLE", "\"{{ icon }}\""))
            .and("kenarc.yaml", CONFIG);
        assert_eq!(check(&folder, "").printed(), "");
        for arguments in ["render templates/a.yaml", "render templates/b.yaml --var icon=MOON_2"] {
            assert!(folder.kenarc(words(arguments)).printed().contains("\"icon\":\""));
        }
        let sent = folder.kenarc(words("send templates/a.yaml --conversation c --dry-run"));
        assert!(sent.printed().contains("SPACE_SHUTTLE"));
    }

    #[test]
    fn other_names_are_unknown_as_ever_and_extra_ones_are_suggested() {
        let folder = Folder::with("templates/a.yaml", NEW_ICON.replace("SPACE_SHUTTLE", "SPACE_SHUTLE"))
            .and("templates/b.yaml", NEW_ICON.replace("SPACE_SHUTTLE", "\"{{ icon }}\""))
            .and("kenarc.yaml", CONFIG);
        let run = folder.kenarc(words("check templates/a.yaml"));
        assert!(run.status == 1 && run.stdout.contains("help: use `SPACE_SHUTTLE`"), "{run}");
        let run = folder.kenarc(words("render templates/b.yaml --var icon=MOON_3"));
        assert!(run.status == 1 && run.stderr.contains("unknown icon"), "{run}");
    }

    #[test]
    fn examples_are_rendered_with_them() {
        let template = format!(
            "{}variables: {{ icon: {{}} }}\nexamples: {{ a: {{ icon: MOON_2 }} }}\n",
            NEW_ICON.replace("SPACE_SHUTTLE", "\"{{ icon }}\"")
        );
        assert_eq!(found(&template, CONFIG, ""), (0, Vec::new()));
        assert_eq!(found(&template, "", ""), (1, vec!["error[invalid-example]".into()]));
    }
}

mod place {
    use super::*;

    #[test]
    fn nearest_file_above_counts_and_its_folders_start_from_it() {
        let folder = Folder::with("kenarc.yaml", "templates: [messages, more/of/them]\n")
            .and("messages/a.yaml", MIXED)
            .and("more/of/them/b.yaml", MIXED)
            .and("templates/c.yaml", MIXED)
            .and("deep/er/d.yaml", MIXED)
            .and("near/kenarc.yaml", "templates: [.]\nrules: { misspelt-icon: off }\n")
            .and("near/e.yaml", MIXED);
        let files = |path: &str, arguments: &str| {
            let run = below(&folder, path, &format!("check --format concise --quiet {arguments}"));
            let mut files: Vec<String> =
                run.stdout.lines().map(|line| line.split(':').next().unwrap().to_owned()).collect();
            files.dedup();
            (run.stdout.lines().count(), files)
        };
        assert_eq!(files("", ""), (4, vec!["messages/a.yaml".into(), "more/of/them/b.yaml".into()]));
        assert_eq!(files("deep/er", ""), (4, vec!["../../messages/a.yaml".into(), "../../more/of/them/b.yaml".into()]));
        assert_eq!(files("deep/er", "d.yaml"), (2, vec!["d.yaml".into()]));
        assert_eq!(files("near", ""), (1, vec!["./e.yaml".into()]));
    }

    #[test]
    fn the_configuration_is_no_template() {
        let folder = Folder::with("kenarc.yaml", "api: classic\n").and("a.yaml", "message: x\n");
        let run = folder.kenarc(words("check ."));
        assert_eq!((run.status, run.stderr.as_str()), (0, "checked 1 template: no findings\n"));
        assert_eq!(check(&folder, "kenarc.yaml").printed(), "");
        assert_eq!(check(&folder, "kenarc.yaml a.yaml --fix").printed(), "");
    }

    #[test]
    fn folder_that_is_not_there_is_2() {
        let folder = Folder::with("kenarc.yaml", "templates: [nowhere]\n");
        let run = check(&folder, "");
        assert!(run.status == 2 && run.stderr.contains("cannot read nowhere"), "{run}");
    }
}

mod api {
    use super::*;

    fn host(config: &str, flags: &str) -> String {
        let folder = Folder::with("a.yaml", "message: x\n").and("kenarc.yaml", config);
        let run = folder.kenarc(words("send a.yaml --conversation c --dry-run").chain(words(flags)));
        let url = run.printed().strip_prefix("POST https://").unwrap();
        url[..url.find('/').unwrap()].to_owned()
    }

    #[test]
    fn file_names_the_api_and_the_flag_wins() {
        assert_eq!(host("", ""), "api.divar.ir");
        assert_eq!(host("api: current", ""), "open-api.divar.ir");
        assert_eq!(host("api: current", "--api classic"), "api.divar.ir");
    }
}

mod errors {
    use super::*;

    fn told(config: impl AsRef<[u8]>) -> Run {
        let folder = Folder::with("templates/a.yaml", MIXED).and("kenarc.yaml", config);
        let run = check(&folder, "");
        assert!(run.status == 2 && run.stdout.is_empty(), "{run}");
        for command in ["render templates/a.yaml", "send templates/a.yaml --conversation c --dry-run"] {
            assert_eq!(folder.kenarc(words(command)), run, "{command}");
        }
        run
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_its_place() {
        let config = "tmplates: [a]\ntemplates: folder\nrules:\n  unknwon-icon: off\n  unknown-icon: false\n  missing-variable: off\nicons:\n  extra: [space-shuttle, 7]\n  more: []\napi: newest\n";
        assert_snapshot!(told(config), @r"
        exit status 2
        --- stderr
        configuration

          × unknown key `tmplates`
           ╭─[kenarc.yaml:1:1]
         1 │ tmplates: [a]
           · ────┬───
           ·     ╰── expected `templates`, `rules`, `icons` or `api`
         2 │ templates: folder
           ╰────
          help: write `templates`

        configuration

          × invalid `templates`
           ╭─[kenarc.yaml:2:12]
         1 │ tmplates: [a]
         2 │ templates: folder
           ·            ───┬──
           ·               ╰── expected a list of folders, found a string
         3 │ rules:
           ╰────
          help: write `templates: [a, b]`

        configuration

          × unknown rule `unknwon-icon`
           ╭─[kenarc.yaml:4:3]
         3 │ rules:
         4 │   unknwon-icon: off
           ·   ────────────
         5 │   unknown-icon: false
           ╰────
          help: write `unknown-icon`

        configuration

          × invalid level for `unknown-icon`
           ╭─[kenarc.yaml:5:17]
         4 │   unknwon-icon: off
         5 │   unknown-icon: false
           ·                 ──┬──
           ·                   ╰── expected `off`, `warning` or `error`
         6 │   missing-variable: off
           ╰────
          help: write `unknown-icon: off` to ignore it

        configuration

          × level of `missing-variable` cannot be set
           ╭─[kenarc.yaml:6:3]
         5 │   unknown-icon: false
         6 │   missing-variable: off
           ·   ────────┬───────
           ·           ╰── this rule explains why given values cannot be rendered
         7 │ icons:
           ╰────
          help: remove it: only rules that `kenarc check` applies to templates have a level

        configuration

          × invalid icon name `space-shuttle`
           ╭─[kenarc.yaml:8:11]
         7 │ icons:
         8 │   extra: [space-shuttle, 7]
           ·           ──────┬──────
           ·                 ╰── expected only `A`-`Z`, `0`-`9` and `_`
         9 │   more: []
           ╰────
          help: write `SPACE_SHUTTLE`

        configuration

          × invalid item of `extra`
           ╭─[kenarc.yaml:8:26]
         7 │ icons:
         8 │   extra: [space-shuttle, 7]
           ·                          ┬
           ·                          ╰── expected text, found a number
         9 │   more: []
           ╰────

        configuration

          × unknown key `more`
            ╭─[kenarc.yaml:9:3]
          8 │   extra: [space-shuttle, 7]
          9 │   more: []
            ·   ──┬─
            ·     ╰── expected `extra`
         10 │ api: newest
            ╰────
          help: remove it

        configuration

          × invalid `api`
            ╭─[kenarc.yaml:10:6]
          9 │   more: []
         10 │ api: newest
            ·      ───┬──
            ·         ╰── expected `classic` or `current`
            ╰────
          help: write `api: classic`
        ");
    }

    #[test]
    fn secrets_are_refused_and_not_shown() {
        for key in ["api_key", "x-api-key", "access_token", "KENAR_API_KEY", "password"] {
            let run = told(format!("{key}: |\n  s3cr3t-ключ\n  s3cr3t\n{key}: s3cr3t\nrules: 7\n"));
            assert!(!run.stderr.contains("s3cr3t") && run.stderr.contains("duplicate-key"), "{run}");
            let run = told(format!("api: classic\n{key}: s3cr3t\napo: x\n"));
            assert!(!run.stderr.contains("s3cr3t") && run.stderr.contains("secret in `kenarc.yaml`"), "{run}");
        }
    }

    #[test]
    fn text_that_is_no_yaml_or_no_text_is_told_as_of_a_template() {
        assert!(told("rules: {").stderr.contains("[kenarc.yaml:1:8]"));
        assert!(told("rules: {}\nrules: {}\n").stderr.contains("duplicate key `rules`"));
        assert!(told(b"api: \xff\n").stderr.contains("not UTF-8"));
        assert!(told(vec![b'#'; (1 << 20) + 1]).stderr.contains("larger than 1 MiB"));
        assert!(told("- a\n").stderr.contains("expected a mapping, found a list"));
    }

    #[test]
    fn an_empty_file_or_an_empty_part_wants_nothing() {
        for config in ["", "# later\n", "rules:\nicons:\ntemplates: [templates]\n", "icons: { extra: }", "{}", "null"] {
            assert_eq!(found(MIXED, config, "").1.len(), 2, "{config}");
        }
    }
}
