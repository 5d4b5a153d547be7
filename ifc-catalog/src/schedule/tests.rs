use super::*;

#[test]
fn accepts_the_examples_of_the_documentation() {
    for text in [
        "rate(1 minute)",
        "rate(5 minutes)",
        "rate(1 hour)",
        "rate(7 days)",
        "cron(0 10 * * ? *)",
        "cron(15 12 * * ? *)",
        "cron(0 18 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0/10 * ? * MON-FRI *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(0 9 ? * 2#1 *)",
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(0 0 L * ? *)",
        "cron(0 0 L-3 * ? *)",
        "cron(0 0 3W * ? *)",
        "cron(30 0 1,15 jan-mar ? *)",
        "at(2027-01-01T00:00:00)",
        "at(2028-02-29T23:59:59)",
    ] {
        assert!(parse(text).is_ok(), "{text}: {:?}", parse(text));
    }
}

#[test]
fn refuses_what_the_scheduler_refuses() {
    for text in [
        "",
        "5 minutes",
        "rate(5 minute)",
        "rate(1 minutes)",
        "rate(0 minutes)",
        "rate(-1 minutes)",
        "rate(1.5 hours)",
        "rate(5minutes)",
        "rate(30 seconds)",
        "rate(2 weeks)",
        "Rate(5 minutes)",
        "cron(0 10 * * *)",
        "cron(0 10 * * * *)",
        "cron(0 10 ? * ? *)",
        "cron(60 10 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 0 0 * ? *)",
        "cron(0 0 32 * ? *)",
        "cron(0 0 * 13 ? *)",
        "cron(0 0 ? * 8 *)",
        "cron(0 0 ? * MON#6 *)",
        "cron(0 0 ? * FUN *)",
        "cron(0 0 * * ? 1969)",
        "cron(0 0 * * ? 2200)",
        "cron(? 0 * * ? *)",
        "cron(*/0 0 * * ? *)",
        "cron(5-1 0 * * ? *)",
        "cron(1, 0 * * ? *)",
        "at(2027-01-01)",
        "at(2027-02-29T00:00:00)",
        "at(2027-01-01T24:00:00)",
        "at(2027-01-01T00:00:00Z)",
        "at(2027-13-01T00:00:00)",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_wrong_plural_names_the_right_one() {
    let help = parse("rate(5 minute)").expect_err("invalid").help;
    assert_eq!(help.as_deref(), Some("write \"rate(5 minutes)\""));
    let help = parse("rate(1 days)").expect_err("invalid").help;
    assert_eq!(help.as_deref(), Some("write \"rate(1 day)\""));
}

#[test]
fn time_zones_come_from_the_iana_database() {
    assert!(time_zone_exists("Europe/Berlin"));
    assert!(time_zone_exists("UTC"));
    assert!(!time_zone_exists("europe/berlin"));
    assert!(!time_zone_exists("Europe/Berlim"));
    assert_eq!(nearest_time_zone("europe/berlin"), Some("Europe/Berlin"));
    assert_eq!(nearest_time_zone("Europe/Berlim"), Some("Europe/Berlin"));
    assert_eq!(nearest_time_zone("nowhere at all"), None);
}
