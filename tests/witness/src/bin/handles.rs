//! Every operation of every handle, one function each, so that the catalog's list of what the
//! runtime does for them is compared with the linked program.

use std::time::Duration;

use ifc_runtime::prelude::*;
use ifc_witness_tests::run;

#[derive(Clone, Serialize, Deserialize, Item)]
struct Thing {
    #[item(partition_key)]
    id: String,
    #[item(index = "by_owner")]
    owner: String,
}

#[derive(Serialize, Deserialize, Event)]
enum Happened {
    Made { id: String },
}

#[resource]
static THINGS: Table<Thing> = Table::new();
#[resource]
static JOBS: Queue<Thing> = Queue::new();
#[resource]
static GROUPED: Queue<Thing, Fifo> = Queue::new();
#[resource]
static NEWS: Topic<Thing> = Topic::new();
#[resource]
static GROUPED_NEWS: Topic<Thing, Fifo> = Topic::new();
#[resource]
static EVENTS: Bus<Happened> = Bus::new();
#[resource]
static FILES: Bucket = Bucket::new();
#[resource]
static KEY: Secret<String> = Secret::new();
#[resource]
static RATE: Parameter<u64> = Parameter::new();
#[resource]
static OTHER: Function<Thing, Thing> = Function::new();

fn thing() -> Thing {
    Thing {
        id: "1".to_owned(),
        owner: "ada".to_owned(),
    }
}

fn init() {}

/// One function for each line, named like the method.
macro_rules! each {
    ($($name:ident => $call:expr;)*) => {
        $(pub(crate) fn $name() {
            run(async { std::hint::black_box(&$call); });
        })*
    };
}

const SOON: Duration = Duration::from_secs(60);

mod bucket {
    use super::*;
    each! {
        copy => FILES.copy("a", "b").await.is_ok();
        delete => FILES.delete("a").await.is_ok();
        get => FILES.get("a").await.is_ok();
        get_range => FILES.get_range("a", 0..9).await.is_ok();
        head => FILES.head("a").await.is_ok();
        list => FILES.list("a/").all().await.is_ok();
        name => FILES.name();
        presign_get => FILES.presign_get("a", SOON).await.is_ok();
        presign_put => FILES.presign_put("a", SOON).await.is_ok();
        put => FILES.put("a", "text").await.is_ok();
        put_with => FILES.put_with("a", "text", PutOptions::default()).await.is_ok();
    }
}

mod bus {
    use super::*;
    each! {
        name => EVENTS.name();
        publish => EVENTS.publish(&Happened::Made { id: "1".to_owned() }).await.is_ok();
        publish_many => EVENTS.publish_many(&[Happened::Made { id: "1".to_owned() }]).await.is_ok();
    }
}

mod function {
    use super::*;
    each! {
        invoke => OTHER.invoke(&thing()).await.is_ok();
        name => OTHER.name();
        send => OTHER.send(&thing()).await.is_ok();
    }
}

mod parameter {
    use super::*;
    each! {
        get => RATE.get().await.is_ok();
        name => RATE.name();
        set => RATE.set(&190).await.is_ok();
    }
}

mod queue {
    use super::*;
    each! {
        depth => JOBS.depth().await.is_ok();
        name => JOBS.name();
        send => JOBS.send(&thing()).await.is_ok();
        send_after => JOBS.send_after(&thing(), SOON).await.is_ok();
        send_in => GROUPED.send_in("g", &thing()).await.is_ok();
        send_in_once => GROUPED.send_in_once("g", "1", &thing()).await.is_ok();
        send_many => JOBS.send_many(&[thing()]).await.is_ok();
        send_many_in => GROUPED.send_many_in("g", &[thing()]).await.is_ok();
    }
}

mod secret {
    use super::*;
    each! {
        get => KEY.get().await.is_ok();
        name => KEY.name();
        set => KEY.set(&"secret".to_owned()).await.is_ok();
    }
}

mod table {
    use super::*;
    each! {
        delete => THINGS.delete("1").await.is_ok();
        delete_if => THINGS.delete_if("1", attr("owner").eq("ada")).await.is_ok();
        delete_many => THINGS.delete_many(["1", "2"]).await.is_ok();
        get => THINGS.get("1").await.is_ok();
        get_many => THINGS.get_many(["1", "2"]).await.is_ok();
        name => THINGS.name();
        put => THINGS.put(&thing()).await.is_ok();
        put_if => THINGS.put_if(&thing(), attr("owner").eq("ada")).await.is_ok();
        put_many => THINGS.put_many(&[thing()]).await.is_ok();
        put_new => THINGS.put_new(&thing()).await.is_ok();
        query => THINGS.query("1").all().await.is_ok();
        query_index => THINGS.query_index("by_owner", "ada").all().await.is_ok();
        scan => THINGS.scan().all().await.is_ok();
        scan_index => THINGS.scan_index("by_owner").page().await.is_ok();
        update => THINGS.update("1", Update::new().set("owner", "bob")).await.is_ok();
        update_if => {
            let update = Update::new().set("owner", "bob");
            THINGS.update_if("1", update, attr("owner").eq("ada")).await.is_ok()
        };
    }

    pub(crate) mod read_transaction {
        use super::super::*;
        each! {
            get => ReadTransaction::new().get(&THINGS, "1").commit().await.is_ok();
        }
    }

    pub(crate) mod transaction {
        use super::super::*;
        each! {
            check => {
                let transaction = Transaction::new();
                transaction.check(&THINGS, "1", attr("owner").eq("ada")).commit().await.is_ok()
            };
            delete => Transaction::new().delete(&THINGS, "1").commit().await.is_ok();
            put => Transaction::new().put(&THINGS, &thing()).commit().await.is_ok();
            put_new => Transaction::new().put_new(&THINGS, &thing()).commit().await.is_ok();
            update => {
                let update = Update::new().set("owner", "bob");
                Transaction::new().update(&THINGS, "1", update).commit().await.is_ok()
            };
        }
    }
}

mod topic {
    use super::*;
    each! {
        name => NEWS.name();
        publish => NEWS.publish(&thing()).await.is_ok();
        publish_in => GROUPED_NEWS.publish_in("g", &thing()).await.is_ok();
        publish_in_once => GROUPED_NEWS.publish_in_once("g", "1", &thing()).await.is_ok();
        publish_many => NEWS.publish_many(&[thing()]).await.is_ok();
        publish_with => NEWS.publish_with(&thing(), [("kind", "new")]).await.is_ok();
    }
}

ifc_witness_tests::functions! {
    bucket::copy,
    bucket::delete,
    bucket::get,
    bucket::get_range,
    bucket::head,
    bucket::list,
    bucket::name,
    bucket::presign_get,
    bucket::presign_put,
    bucket::put,
    bucket::put_with,
    bus::name,
    bus::publish,
    bus::publish_many,
    function::invoke,
    function::name,
    function::send,
    parameter::get,
    parameter::name,
    parameter::set,
    queue::depth,
    queue::name,
    queue::send,
    queue::send_after,
    queue::send_in,
    queue::send_in_once,
    queue::send_many,
    queue::send_many_in,
    secret::get,
    secret::name,
    secret::set,
    table::delete,
    table::delete_if,
    table::delete_many,
    table::get,
    table::get_many,
    table::name,
    table::put,
    table::put_if,
    table::put_many,
    table::put_new,
    table::query,
    table::query_index,
    table::read_transaction::get,
    table::scan,
    table::scan_index,
    table::transaction::check,
    table::transaction::delete,
    table::transaction::put,
    table::transaction::put_new,
    table::transaction::update,
    table::update,
    table::update_if,
    topic::name,
    topic::publish,
    topic::publish_in,
    topic::publish_in_once,
    topic::publish_many,
    topic::publish_with,
}
