INSERT INTO carrier_lists (list, next_page)
VALUES ('messages', '/api/laml/2010-04-01/Accounts/p/Messages?Page=20&PageToken=PAsid');
