#include "test.h"

#include "inquiry.h"

#include "mem.h"

static unsigned told;

static void on_done(struct waiter *waiter, struct kept *kept)
{
    waiter->next = NULL;
    told++;
    kept_release(kept);
}

static unsigned tell(struct waiter *waiters)
{
    CLEANUP(kept_releasep) struct kept *kept = kept_new(reply_problem(503, "later"));

    told = 0;
    inquiry_tell(waiters, kept);
    assert_int_equal(kept->holders, 1);
    return told;
}

static void test_who_has_waited_long_enough_is_taken_and_nobody_else(void **state)
{
    struct waiter waiters[4] = {
        { .done = on_done }, { .done = on_done }, { .done = on_done }, { .done = on_done }
    };
    struct inquiry *inquiries = NULL;

    (void)state;
    inquiry_append(&inquiries, inquiry_new(mem_copy("a"), NULL));
    inquiry_append(&inquiries, inquiry_new(mem_copy("b"), NULL));
    for (int i = 0; i < 4; i++)
        inquiry_join(i < 3 ? inquiries : inquiries->next, &waiters[i], 10 * i);
    assert_null(inquiry_take_overdue(inquiries, -1, NULL));
    assert_int_equal(tell(inquiry_take_overdue(inquiries, 10, NULL)), 2);
    assert_ptr_equal(inquiries->waiters, &waiters[2]);
    assert_int_equal(tell(inquiry_take_waiters(inquiries, NULL)), 2);
    assert_null(inquiries->waiters);
    assert_null(inquiries->next->waiters);
    inquiry_free(inquiries->next);
    inquiry_free(inquiries);
}

static void test_an_inquiry_is_found_by_its_key_until_it_is_past(void **state)
{
    struct inquiry *inquiries = NULL;
    struct inquiry *first = inquiry_new(mem_copy("a"), NULL);
    struct inquiry *second = inquiry_new(mem_copy("b"), NULL);

    (void)state;
    inquiry_append(&inquiries, first);
    inquiry_append(&inquiries, second);
    assert_ptr_equal(inquiries, first);
    assert_ptr_equal(inquiry_find(inquiries, "b"), second);
    assert_null(inquiry_find(inquiries, "c"));
    second->is_past = true;
    assert_null(inquiry_find(inquiries, "b"));
    inquiry_remove(&inquiries, first);
    assert_ptr_equal(inquiries, second);
    inquiry_remove(&inquiries, second);
    assert_null(inquiries);
    inquiry_free(first);
    inquiry_free(second);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_has_waited_long_enough_is_taken_and_nobody_else),
        cmocka_unit_test(test_an_inquiry_is_found_by_its_key_until_it_is_past),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
