//! DynamoDB.

use operation::delete_item::builders::DeleteItemFluentBuilder;
use operation::delete_table::builders::DeleteTableFluentBuilder;
use operation::put_item::builders::PutItemFluentBuilder;
use types::AttributeValue;

pub mod types {
    #[derive(Clone, Debug)]
    pub enum AttributeValue {
        S(String),
    }
}

sdk::service! {
    batch_get_item BatchGetItem BatchGetItemInput BatchGetItemFluentBuilder {}
    delete_item DeleteItem DeleteItemInput DeleteItemFluentBuilder { table_name, keys }
    delete_table DeleteTable DeleteTableInput DeleteTableFluentBuilder { table_name }
    get_item GetItem GetItemInput GetItemFluentBuilder { table_name }
    put_item PutItem PutItemInput PutItemFluentBuilder { table_name, items }
    query Query QueryInput QueryFluentBuilder { table_name }
    scan Scan ScanInput ScanFluentBuilder { table_name }
    transact_write_items TransactWriteItems TransactWriteItemsInput TransactWriteItemsFluentBuilder {}
    update_item UpdateItem UpdateItemInput UpdateItemFluentBuilder { table_name }
}

impl DeleteItemFluentBuilder {
    pub fn key(self, name: impl Into<String>, value: AttributeValue) -> Self {
        let AttributeValue::S(value) = value;
        self.keys(name).keys(value)
    }
}

impl PutItemFluentBuilder {
    pub fn item(self, name: impl Into<String>, value: AttributeValue) -> Self {
        let AttributeValue::S(value) = value;
        self.items(name).items(value)
    }
}

impl DeleteTableFluentBuilder {
    pub fn get_table_name(&self) -> Option<&String> {
        self.input.table_name.first()
    }
}
