//! Comments that ignore findings.

use kenarc::{Diagnostic, SourceFile, check};

/// Returns the findings, each as `line:rule`.
fn found(template: &str) -> Vec<String> {
    let line = |finding: &Diagnostic| finding.file().position(finding.span().start).line;
    let findings = check(&SourceFile::new("template.yaml", template)).diagnostics;
    findings.iter().map(|finding| format!("{}:{}", line(finding), finding.rule)).collect()
}

/// Returns a template with a button whose lines are given.
fn button(lines: &str) -> String {
    format!("message: سلام\nsender_buttons:\n  - - icon: SUPPORT\n      caption: پشتیبانی\n{lines}\n")
}

/// Returns the summary of the only finding with a fix, and the text after the fix.
fn fixed(template: &str) -> (String, String) {
    let findings = check(&SourceFile::new("template.yaml", template)).diagnostics;
    let [finding] = findings.as_slice() else { panic!("{findings:?}") };
    (finding.summary().into_owned(), finding.fix.as_ref().unwrap().apply(template))
}

const NONE: [&str; 0] = [];

mod place {
    use super::*;

    #[test]
    fn comments_apply_to_their_line_or_the_next_line() {
        let link = "      open_direct_link: http://app.example/";
        let comment = "# kenarc: ignore[insecure-link]";
        assert_eq!(found(&button(&format!("{link} {comment}"))), NONE);
        assert_eq!(found(&button(&format!("      {comment}\n{link}"))), NONE);
        assert_eq!(found(&button(&format!("{comment}\n{link}"))), NONE);
        assert_eq!(found(&button(&format!("      {comment}\n\n{link}"))), ["5:unused-suppression", "7:insecure-link"]);
        assert_eq!(found(&button(&format!("{link}\n      {comment}"))), ["5:insecure-link", "6:unused-suppression"]);
        let above = button(link).replace("پشتیبانی\n", &format!("پشتیبانی {comment}\n"));
        assert_eq!(found(&above), ["4:unused-suppression", "5:insecure-link"]);
    }

    #[test]
    fn other_comments_can_be_between_a_suppression_and_its_line() {
        let lines = "      # kenarc: ignore[insecure-link]\n      # since they have no certificate\n      \
                     open_direct_link: http://app.example/";
        assert_eq!(found(&button(lines)), NONE);
        let two = "      # kenarc: ignore[insecure-link]\n# kenarc: ignore[unknown-field]\n      \
                   open_direct_link: http://app.example/";
        assert_eq!(found(&button(two)), ["6:unused-suppression"]);
    }

    #[test]
    fn a_finding_over_several_lines_is_ignored_on_its_first() {
        let template =
            "message: سلام\nsender_buttons: # kenarc: ignore[wrong-action-count, missing-field]\n  - - icon: SUPPORT\n";
        assert_eq!(found(template), ["3:missing-field", "3:wrong-action-count"]);
        let template = "message: سلام\nsender_buttons:\n  - - # kenarc: ignore[wrong-action-count, missing-field]\n      \
                        icon: SUPPORT # kenarc: ignore[wrong-action-count, missing-field]\n";
        assert_eq!(found(template), NONE);
    }

    #[test]
    fn findings_in_a_text_of_several_lines_are_ignored_on_its_first() {
        for (before, after) in [("|", ""), (">-", ""), ("\"", "\""), ("'", "'")] {
            let text = |above: &str, header: &str| {
                let open =
                    if before.len() == 1 && !after.is_empty() { format!("{before}a") } else { before.to_owned() };
                format!(
                    "variables: {{}}\n{above}message:{header} {open}{}\n  سلام\n  {{{{ name }}}}{after}\n",
                    if after.is_empty() && !header.is_empty() { header } else { "" }
                )
            };
            assert_eq!(found(&text("# kenarc: ignore[undefined-variable]\n", "")), NONE, "{before}");
        }
        let block = "variables: {}\nmessage: | # kenarc: ignore[undefined-variable]\n  سلام\n  {{ name }}\n";
        assert_eq!(found(block), NONE);
        let after = "variables: {}\nmessage: \"سلام\n  {{ name }}\" # kenarc: ignore[undefined-variable]\n";
        assert_eq!(found(after), NONE);
    }

    #[test]
    fn comments_inside_scalars_are_text() {
        let template = "variables: {}\nmessage: |\n  # kenarc: ignore[undefined-variable]\n  {{ name }}\n";
        assert_eq!(found(template), ["4:undefined-variable"]);
        let template = "variables: {}\nmessage: '{{ name }} # kenarc: ignore[undefined-variable]'\n";
        assert_eq!(found(template), ["2:undefined-variable"]);
    }

    #[test]
    fn every_kind_of_line_break_ends_a_line() {
        for line_break in ["\n", "\r\n", "\r"] {
            for start in ["", "\u{feff}"] {
                let template = format!("{start}# kenarc: ignore[unknown-field]\ncolour: red\nmessage: x\n");
                assert_eq!(found(&template.replace('\n', line_break)), NONE, "{line_break:?}");
                let template = format!("{start}message: x\ncolour: red # kenarc: ignore[unknown-field]\n");
                assert_eq!(found(&template.replace('\n', line_break)), NONE, "{line_break:?}");
            }
        }
    }
}

mod ids {
    use super::*;

    #[test]
    fn several_ids_ignore_several_rules() {
        let template = "colour: red # kenarc: ignore[ missing-field ,unknown-field]\n";
        assert_eq!(found(template), NONE);
    }

    #[test]
    fn one_id_ignores_all_findings_of_its_rule_in_the_line() {
        let template = "{ colour: red, size: 7, message: x } # kenarc: ignore[unknown-field]\n";
        assert_eq!(found(template), NONE);
    }

    #[test]
    fn a_second_comment_for_the_same_finding_is_unused() {
        let template = "message: x\n# kenarc: ignore[unknown-field]\ncolour: red # kenarc: ignore[unknown-field]\n";
        assert_eq!(found(template), ["3:unused-suppression"]);
        let template = "message: x\ncolour: red # kenarc: ignore[unknown-field, unknown-field]\n";
        assert_eq!(found(template), ["2:unused-suppression"]);
    }

    #[test]
    fn a_reason_can_follow_the_list() {
        assert_eq!(found("message: x\ncolour: red # kenarc: ignore[unknown-field] we like it\n"), NONE);
        assert_eq!(
            found("message: x\ncolour: red # kenarc: ignore[unknown-field]we like it\n"),
            ["2:unknown-field", "2:unused-suppression"]
        );
    }

    #[test]
    fn misspelt_ids_are_replaced_and_unknown_ids_removed() {
        let (message, text) = fixed("message: x # kenarc: ignore[unknown-fields]\n");
        assert_eq!(message, "unknown rule `unknown-fields`: no rule has this id");
        assert_eq!(text, "message: x # kenarc: ignore[unknown-field]\n");
        let (_, text) = fixed("message: x # kenarc: ignore[W503]\n");
        assert_eq!(text, "message: x\n");
    }

    #[test]
    fn unused_suppression_cannot_be_ignored() {
        let template = "message: x # kenarc: ignore[unused-suppression, unknown-field]\n";
        assert_eq!(found(template), ["1:unused-suppression", "1:unused-suppression"]);
    }
}

mod malformed {
    use super::*;

    #[test]
    fn malformed_suppressions_are_reported() {
        for comment in [
            "# kenarc: ignore",
            "# kenarc:ignore unknown-field",
            "# kenarc: ignor[unknown-field]",
            "# kenarc: ignore[]",
            "# kenarc: ignore[unknown-field,]",
            "# kenarc: ignore[unknown-field",
            "# kenarc: ignore [unknown-field]",
            "# kenarc ignore[unknown-field]",
            "# Kenarc: ignore[unknown-field]",
            "## kenarc: ignore[unknown-field]",
            "# kenarc : ignore[unknown-field]",
        ] {
            assert_eq!(found(&format!("message: x {comment}\n")), ["1:unused-suppression"], "{comment}");
        }
    }

    #[test]
    fn other_comments_are_accepted() {
        for comment in
            ["# kenarc", "# kenarc checks this", "# ignore[unknown-field]", "# see kenarc: ignore", "#", "# ک"]
        {
            assert_eq!(found(&format!("message: x {comment}\n")), NONE, "{comment}");
        }
    }

    #[test]
    fn spaces_before_the_keywords_are_optional() {
        for comment in ["#kenarc:ignore[unknown-field]", "#   kenarc:   ignore[unknown-field]"] {
            assert_eq!(found(&format!("message: x\ncolour: red {comment}\n")), NONE, "{comment}");
        }
    }
}

mod fix {
    use super::*;

    #[test]
    fn a_comment_is_removed_with_the_space_before_it_or_its_whole_line() {
        for (template, expected) in [
            ("message: x \t # kenarc: ignore[unknown-icon] why\n", "message: x\n"),
            ("message: x # kenarc: ignore[unknown-icon]", "message: x"),
            ("# kenarc: ignore[unknown-icon]\nmessage: x\n", "message: x\n"),
            ("\u{feff}# kenarc: ignore[unknown-icon]\r\nmessage: x\r\n", "\u{feff}message: x\r\n"),
            ("message: x\r\n  # kenarc: ignore[unknown-icon]\r\n\r\n# end", "message: x\r\n\r\n# end"),
            ("message: x\n  # kenarc: ignore[unknown-icon]", "message: x\n"),
        ] {
            assert_eq!(fixed(template).1, expected);
        }
    }

    #[test]
    fn an_unused_id_is_removed_and_the_others_are_preserved() {
        let template = |ids: &str| format!("message: x\ncolour: red # kenarc: ignore[{ids}] why\n");
        for (ids, expected) in [
            ("unknown-icon, unknown-field", "unknown-field"),
            ("unknown-field , unknown-icon", "unknown-field"),
            ("unknown-field,unknown-icon,unsupported-type", ""),
        ] {
            if expected.is_empty() {
                assert_eq!(found(&template(ids)), ["2:unused-suppression", "2:unused-suppression"]);
            } else {
                assert_eq!(fixed(&template(ids)).1, template(expected));
            }
        }
    }
}

mod limits {
    use super::*;

    #[test]
    fn in_a_broken_template_only_certain_unused_suppressions_are_reported() {
        let template =
            "message: '{{ }}'\ndescription: x # kenarc: ignore[unknown-icon]\nx-a: 1 # kenarc: ignore[W503]\n";
        assert_eq!(found(template), ["1:jinja-syntax", "3:unused-suppression"]);
    }

    #[test]
    fn yaml_errors_of_the_whole_file_cannot_be_ignored() {
        assert_eq!(found("# kenarc: ignore[yaml-syntax]\nmessage: \"x\n"), ["2:yaml-syntax"]);
    }

    #[test]
    fn an_error_in_one_value_can_be_ignored_but_the_template_does_not_compile() {
        let file = SourceFile::new("template.yaml", "message: !me سلام # kenarc: ignore[yaml-syntax]\n");
        assert!(check(&file).diagnostics.is_empty());
        let error = kenarc::compile(&file).unwrap_err();
        assert_eq!(error.diagnostics()[0].rule, "yaml-syntax");
    }

    #[test]
    fn an_ignored_error_does_not_prevent_compiling() {
        let text = "message: x\ncolour: red # kenarc: ignore[unknown-field]\n";
        let template = kenarc::compile(&SourceFile::new("template.yaml", text)).unwrap();
        assert!(kenarc::render(&template, &kenarc::Values::new()).is_ok());
    }
}
