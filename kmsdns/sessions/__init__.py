"""Where the arguments of a call become a plan and a source, and a plan's end a report: a module a job.

Both front doors (api, aio) and the command line go through here. What a job does is jobs; what carries it out is net.
"""
