//! Objects of a bucket.

use super::*;

#[test]
fn keys_of_objects_are_decoded() {
    let seen: Seen<ObjectEvent> = Seen::default();
    let trigger = || {
        let seen = seen.clone();
        source(&created(&UPLOADS)).on(move |object: ObjectEvent| {
            see(&seen, object);
            async {}
        })
    };
    let mut event = fixture("s3-event");
    assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
    let object = taken(&seen).remove(0);
    assert_eq!(object.key, "Happy Face.jpg");
    assert_eq!(object.bucket, "sourcebucket");
    assert_eq!(object.size, Some(1024));
    assert_eq!(object.event, "ObjectCreated:Put");
    for (sent, key) in [
        ("a+b%2Bc%2fd", "a b+c/d"),
        ("%C3%BC", "ü"),
        ("50%", "50%"),
        ("%zz", "%zz"),
    ] {
        event["Records"][0]["s3"]["object"]["key"] = json!(sent);
        assert_eq!(deliver(vec![trigger()], &event), Ok(Value::Null));
        assert_eq!(taken(&seen).remove(0).key, key);
    }
}
