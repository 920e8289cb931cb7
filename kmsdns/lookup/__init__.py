"""One look-up, without sockets: the codec, EDNS, cookies, one try, the exchange of tries, and what replies are worth.

What carries it over a network is net.client; which names are asked is services.client_lookup.
"""
